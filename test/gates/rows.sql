/*
description: Announced blocks and autonomous systems do not change by more than a day explains.
min: 1
max_change_percent: gate_rows_change_percent
*/
select
    'blocks' as key,
    count(*) as value
from {{ref "company_to_ip_block"}}
union all
select
    'autonomous systems' as key,
    count(*) as value
from {{ref "asn_company_lookup"}}
