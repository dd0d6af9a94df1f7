{{!
  The longest of `prefixes` that holds each of `addresses`, as the expression final. Both stand in blocks of addresses, a prefix in all that
  it covers or in the one it lies in, so that they meet by equality. A block's number is the leading bits without the last few. IPv4 has
  blocks of one size; IPv6 has four, since thousands of its prefixes crowd in one /32: an address lies in one of each.
}}
block_sizes as (
    select *
    from (
        values
            (0, 0, 27, 48),                                          -- size, shortest and longest prefix in it, shift: a /16
            (1, 28, 39, 32),                                         -- a /32
            (2, 40, 55, 20),                                         -- a /44
            (3, 56, 128, 8)                                          -- a /56
    ) as sizes (size, shortest, longest, shift)
),

address_blocks as (
    select
        address,
        leading_bits >> 14 as block                                  -- a /18
    from addresses
    where family = 'ipv4'
    union all
    select
        addresses.address,
        (addresses.leading_bits >> block_sizes.shift) * 4 + block_sizes.size as block
    from addresses
    cross join block_sizes
    where addresses.family = 'ipv6'
),

prefix_blocks as (
    select
        prefix,
        generate_series((first - inet '0.0.0.0') >> 14, (last - inet '0.0.0.0') >> 14) as block
    from prefixes
    where family = 'ipv4'
    union all
    select
        prefixes.prefix,
        generate_series(
            ({{> bits64 address="prefixes.first" first_byte="5"}}) >> block_sizes.shift,
            ({{> bits64 address="prefixes.last" first_byte="5"}}) >> block_sizes.shift
        ) * 4 + block_sizes.size as block
    from prefixes
    inner join block_sizes
        on masklen(prefixes.prefix) between block_sizes.shortest and block_sizes.longest
    where prefixes.family = 'ipv6'
),

final as (
    select distinct on (address_blocks.address)
        address_blocks.address,
        prefix_blocks.prefix
    from address_blocks
    inner join prefix_blocks
        on address_blocks.block = prefix_blocks.block
        and address_blocks.address <<= prefix_blocks.prefix
    order by address_blocks.address, masklen(prefix_blocks.prefix) desc
)
