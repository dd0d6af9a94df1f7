/*
description: The share of bytes that has a vendor stays about what it is, in percent.
min: gate_share_min_percent
max_change_percent: gate_share_change_percent
*/
select
    'share of bytes with a vendor' as key,
    coalesce(safe_divide(bytes_with_vendor * 100, bytes), 0) as value
from {{ref "usage_general"}}
