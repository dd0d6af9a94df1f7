select distinct on (address)
        address,
        prefix,
        {{columns}}
    from address_blocks
    inner join {{blocks}}
        using (block)
    where address between prefix and last                            -- a prefix sorts before the addresses that it holds
    order by address, masklen(prefix) desc
