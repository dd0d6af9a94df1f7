/*
description: Requests of the period do not change by more than a day explains, so that a lost bucket is noticed.
min: 1
max_change_percent: gate_requests_change_percent
*/
select
    'requests' as key,
    requests as value
from {{ref "usage_general"}}
