/*
description: The number of loans does not fall apart from one release to the next.
min: min_loans
max_change_percent: 50
max_keys_lost: 0
*/
select
    shelf as key,
    loans as value
from {{ref "demand"}}
