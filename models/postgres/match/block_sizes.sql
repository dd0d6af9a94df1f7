/*
description: >-
  The sizes of block that prefixes are sorted into, so that an address finds the prefixes that may hold it by equality. A block's number is
  the leading bits of its addresses (32 of IPv4, the upper 64 of IPv6) without the last `shift`, times 4, plus its size. A prefix stands in
  all blocks that it covers, or in the one it lies in. IPv6 has several sizes, since thousands of prefixes crowd in one /32.
materialized: ephemeral
*/
select *
from (
    values
        (0, 'ipv4', 0, 32, 14),                                      -- blocks of a /18
        (0, 'ipv6', 0, 27, 48),                                      -- of a /16
        (1, 'ipv6', 28, 39, 32),                                     -- of a /32
        (2, 'ipv6', 40, 55, 20),                                     -- of a /44
        (3, 'ipv6', 56, 128, 8)                                      -- of a /56
) as sizes (size, family, shortest, longest, shift)
