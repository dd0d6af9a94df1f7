/*
description: One row per announced IPv4 or IPv6 prefix, with its origin AS.
materialized: table
grain: prefix
tags: [asn]
columns:
  prefix: {type: cidr, pii: none, description: "Announced block of addresses."}
  asn:    {type: bigint, pii: none, tests: [not_null, {relationships: {to: asnproc, column: asn}}], description: "The AS that announces it."}
tests:
  - expression: asn > 0 and asn <> 23456 and asn not between 64496 and 131071 and asn < 1000000
*/
with routes as (
    select
        prefix,
        asn
    from {{source "routeviews" "prefix_origin"}}
),

final as (
    select
        prefix::cidr as prefix,
        asn
    from routes
)

select * from final
