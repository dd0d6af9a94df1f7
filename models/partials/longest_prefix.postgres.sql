select distinct on (address_blocks.address)
        address_blocks.address,
        {{blocks}}.prefix
    from address_blocks
    inner join {{blocks}}
        on address_blocks.block = {{blocks}}.block
        and address_blocks.address <<= {{blocks}}.prefix
    order by address_blocks.address, masklen({{blocks}}.prefix) desc
