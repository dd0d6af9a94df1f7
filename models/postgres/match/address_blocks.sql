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
        family,
        leading_bits
    from {{ref "cust_ip"}}
),

block_sizes as (
    select
        size,
        family,
        shift
    from {{ref "block_sizes"}}
),

final as (
    select
        (addresses.leading_bits >> block_sizes.shift) * 4 + block_sizes.size as block,
        addresses.address
    from addresses
    inner join block_sizes
        on addresses.family = block_sizes.family
)

select * from final
order by block                                                       -- so that neighbours are joined together
