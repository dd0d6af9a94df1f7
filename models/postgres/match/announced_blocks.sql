/*
description: Each announced prefix in the blocks of addresses that it covers; block_sizes says how they are numbered.
materialized: table
unlogged: true
tags: [match]
columns:
  block:  {type: bigint, pii: none, tests: [not_null], description: "Number of the block."}
  prefix: {type: cidr, pii: none, tests: [not_null], description: "A prefix that covers the block or lies in it."}
*/
with prefixes as (
    select
        prefix,
        family,
        first,
        last
    from {{ref "pyasn_ip_asn_extended"}}
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
    {{> prefix_blocks}}
)

select * from final
