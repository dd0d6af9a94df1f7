/*
description: Each client address with the blocks that it lies in, one of each size of its family.
materialized: table
unlogged: true
tags: [match]
columns:
  block:   {type: bigint, pii: personal, tests: [not_null], description: "Number of the block; block_sizes says how they are numbered."}
  address: {type: inet, pii: personal, tests: [not_null], description: "The address."}
*/
with addresses as (
    select
        address,
        family
    from {{ref "cust_ip"}}
),

block_sizes as (
    select
        size,
        family,
        shift
    from {{ref "block_sizes"}}
),

numbered as materialized (                                           -- once an address, not once a block
    select
        address,
        family,
        {{> leading_bits address="address"}} as number
    from addresses
),

final as (
    select
        (numbered.number >> block_sizes.shift) * 4 + block_sizes.size as block,
        numbered.address
    from numbered
    inner join block_sizes
        on numbered.family = block_sizes.family
)

select * from final
order by block
