{{! The 32 bits of an IPv4 address; the upper 64 of an IPv6 address, less 2^63 so that their order is that of a signed number. }}
case family({{address}})
            when 4 then {{address}} - inet '0.0.0.0'
            else {{> bits64 address=address first_byte="5"}}
        end
