select
        generate_series(
            ({{> leading_bits address="prefixes.first"}}) >> block_sizes.shift,
            ({{> leading_bits address="prefixes.last"}}) >> block_sizes.shift
        ) * 4 + block_sizes.size as block,
        prefixes.prefix
    from prefixes
    inner join block_sizes
        on prefixes.family = block_sizes.family
        and masklen(prefixes.prefix) between block_sizes.shortest and block_sizes.longest
