/*
description: Each cloud range in the blocks of addresses that it covers; block_sizes says how they are numbered.
materialized: table
unlogged: true
tags: [match]
columns:
  block:  {type: bigint, pii: none, tests: [not_null], description: "Number of the block."}
  prefix: {type: cidr, pii: none, tests: [not_null], description: "A prefix that covers the block or lies in it."}
  last:   {type: inet, pii: none, tests: [not_null], description: "Last address of the prefix."}
  cloud:  {type: text, pii: none, tests: [not_null], description: "Provider of the range."}
  region: {type: text, pii: none, description: "Region of the range; null if none."}
*/
with prefixes as (
    select
        prefix,
        family,
        first,
        last,
        cloud,
        region
    from {{ref "cloud_ip_ranges"}}
),

block_sizes as (
    select
        size,
        family,
        shortest,
        longest,
        shift
    from {{ref "block_sizes"}}
),

final as (
    select
        generate_series(
            {{> leading_bits address="prefixes.first"}} >> block_sizes.shift,
            {{> leading_bits address="prefixes.last"}} >> block_sizes.shift
        ) * 8 + block_sizes.size as block,
        prefixes.prefix,
        prefixes.last,
        prefixes.cloud,
        prefixes.region
    from prefixes
    inner join block_sizes
        on prefixes.family = block_sizes.family
        and masklen(prefixes.prefix) between block_sizes.shortest and block_sizes.longest
)

select * from final
