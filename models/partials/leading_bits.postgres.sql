(case family({{address}}) when 4 then {{address}} - inet '0.0.0.0' else ('x' || encode(substring(inet_send({{address}}) from 5 for 8), 'hex'))::bit(64)::bigint # (1::bigint << 63) end)
