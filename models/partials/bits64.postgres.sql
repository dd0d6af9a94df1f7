{{! Eight bytes of an IPv6 address as a number, less 2^63; inet_send puts four bytes before the address. }}
('x' || encode(substring(inet_send({{address}}) from {{first_byte}} for 8), 'hex'))::bit(64)::bigint # (1::bigint << 63)
