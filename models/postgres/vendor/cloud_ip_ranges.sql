/*
description: Blocks of addresses of cloud providers, one row a block; the rows per service are folded.
materialized: table
grain: prefix
tags: [cloud]
columns:
  prefix:   {type: cidr, pii: none, description: "Block of addresses."}
  family:   {type: text, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  first:    {type: inet, pii: none, tests: [not_null], description: "First address of the block."}
  last:     {type: inet, pii: none, tests: [not_null], description: "Last address of the block."}
  cloud:    {type: text, pii: none, tests: [not_null], description: "Provider, spelled as the vendor."}
  region:   {type: text, pii: none, description: "Region as the provider writes it, GLOBAL and global too; null if none."}
  services: {type: text, pii: none, tests: [not_null], description: "Services that use the block, sorted, joined by a comma."}
*/
with ranges as (
    select
        prefix::cidr as prefix,
        cloud,
        region,
        service
    from {{source "cloud_ranges" "cloud_range"}}
),

final as (
    select
        prefix,
        case family(prefix) when 4 then 'ipv4' else 'ipv6' end as family,
        {{> first_address prefix="prefix"}} as first,
        {{> last_address prefix="prefix"}} as last,
        min(cloud collate "C") as cloud,
        min(region collate "C") as region,
        string_agg(distinct service, ',' order by service) as services
    from ranges
    group by prefix
)

select * from final
