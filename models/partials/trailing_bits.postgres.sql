(('x' || encode(substring(inet_send({{address}}) from 13 for 8), 'hex'))::bit(64)::bigint # (1::bigint << 63))
