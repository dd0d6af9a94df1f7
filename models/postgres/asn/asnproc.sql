/*
description: Every AS that has a name or originates a prefix. A missing name is never a filter.
materialized: table
grain: asn
tags: [asn]
columns:
  asn:       {type: bigint, pii: none, description: "Number of the autonomous system."}
  is_named:  {type: boolean, pii: none, tests: [not_null], description: "It stands in the AS name list."}
  is_origin: {type: boolean, pii: none, tests: [not_null], description: "It announces at least one prefix."}
tests:
  - expression: is_named or is_origin
*/
with names as (
    select asn
    from {{ref "company_asn"}}
),

origins as (
    select distinct asn
    from {{ref "pyasn_ip_asn"}}
),

final as (
    select
        coalesce(names.asn, origins.asn) as asn,
        names.asn is not null as is_named,
        origins.asn is not null as is_origin
    from names
    full outer join origins
        on names.asn = origins.asn
)

select * from final
