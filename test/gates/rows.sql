/*
description: Rows of the main tables do not change by more than a day explains.
min: 1
max_change_percent: gate_rows_change_percent
*/
select
    'requests' as key,
    requests as value
from {{ref "usage_general"}}
union all
select
    'blocks' as key,
    count(*) as value
from {{ref "company_to_ip_block"}}
union all
select
    'autonomous systems' as key,
    count(*) as value
from {{ref "asn_company_lookup"}}
