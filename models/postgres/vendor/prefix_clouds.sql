/*
description: The longest cloud range that holds a whole announced prefix; prefixes that none holds are left out.
materialized: table
grain: prefix
tags: [cloud]
columns:
  prefix:       {type: cidr, pii: none, description: "Announced block of addresses."}
  cloud_prefix: {type: cidr, pii: none, tests: [not_null], description: "The longest cloud range that holds all of it."}
  cloud:        {type: text, pii: none, tests: [not_null], description: "Provider of that range."}
  region:       {type: text, pii: none, description: "Region of that range."}
tests:
  - expression: prefix <<= cloud_prefix
*/
with prefixes as (
    select prefix
    from {{ref "pyasn_ip_asn_extended"}}
),

clouds as (
    select
        prefix,
        last,
        cloud,
        region
    from {{ref "cloud_ip_ranges"}}
),

final as (
    select distinct on (prefixes.prefix)
        prefixes.prefix,
        clouds.prefix as cloud_prefix,
        clouds.cloud,
        clouds.region
    from clouds
    inner join prefixes
        on prefixes.prefix between clouds.prefix and clouds.last     -- in this order a block stands before all that it holds
    order by prefixes.prefix, masklen(clouds.prefix) desc
)

select * from final
