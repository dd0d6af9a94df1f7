/*
description: No vendor that is shown disappears.
max_keys_lost: gate_vendors_lost
*/
select
    vendor as key,
    bytes as value
from {{ref "usage_by_vendor"}}
