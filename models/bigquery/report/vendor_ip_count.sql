/*
description: Addresses and traffic of each vendor in the period.
materialized: table
grain: vendor
published: true
tags: [report]
columns:
  vendor:     {type: string, pii: none, description: "Vendor by the seed, else unknown."}
  ip_count:   {type: int64, pii: none, tests: [not_null], description: "Distinct readable client addresses."}
  ipv4_count: {type: int64, pii: none, tests: [not_null], description: "Those of IPv4."}
  ipv6_count: {type: int64, pii: none, tests: [not_null], description: "Those of IPv6."}
  prefixes:   {type: int64, pii: none, tests: [not_null], description: "Distinct announced prefixes that hold them."}
  bytes:      {type: int64, pii: none, tests: [not_null], description: "Bytes sent."}
tests:
  - expression: ip_count = ipv4_count + ipv6_count
*/
with addresses as (
    select
        vendor,
        family,
        prefix,
        bytes
    from {{ref "usage_by_ip"}}
),

final as (
    select
        vendor,
        countif(family != 'none') as ip_count,
        countif(family = 'ipv4') as ipv4_count,
        countif(family = 'ipv6') as ipv6_count,
        count(distinct prefix) as prefixes,
        sum(bytes) as bytes
    from addresses
    group by vendor
)

select * from final
