/*
description: Announced prefixes with their first and last address. Copied to the warehouse, as the shell pipeline did.
materialized: table
grain: prefix
primary_key: prefix
export: true
tags: [asn]
columns:
  prefix:        {type: cidr, pii: none, description: "Announced block of addresses."}
  asn:           {type: bigint, pii: none, tests: [not_null], description: "The AS that announces it."}
  family:        {type: text, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  prefix_length: {type: bigint, pii: none, description: "Bits that are fixed."}
  first:         {type: inet, pii: none, tests: [not_null], description: "First address of the block."}
  last:          {type: inet, pii: none, tests: [not_null], description: "Last address of the block."}
tests:
  - expression: prefix_length between 0 and case family when 'ipv4' then 32 else 128 end
*/
with prefixes as (
    select
        prefix,
        asn
    from {{ref "pyasn_ip_asn"}}
),

final as (
    select
        prefix,
        asn,
        case family(prefix) when 4 then 'ipv4' else 'ipv6' end as family,
        masklen(prefix)::bigint as prefix_length,
        {{> first_address prefix="prefix"}} as first,
        {{> last_address prefix="prefix"}} as last
    from prefixes
)

select * from final
