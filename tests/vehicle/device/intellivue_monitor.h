// What an IntelliVue monitor sends, written from the guide's structures and apart from the code
// under test. Lists get their counts and lengths from what is in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ems::test {

inline std::string unhex(const std::string& digits) {
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return out;
}

inline std::string be(std::uint64_t value, int size) {
    std::string out;
    for (int i = size - 1; i >= 0; --i) {
        out.push_back(static_cast<char>(value >> (8 * i)));
    }
    return out;
}

// A list with its count and its length.
inline std::string iv_list(const std::vector<std::string>& entries) {
    std::string body;
    for (const std::string& entry : entries) {
        body += entry;
    }
    return be(entries.size(), 2) + be(body.size(), 2) + body;
}

inline std::string iv_attribute(std::uint16_t id, const std::string& value) {
    return be(id, 2) + be(value.size(), 2) + value;
}

// exponent << 24 | mantissa, e.g. 0xff000172 for 37.0
inline std::string iv_value(std::uint16_t physio_id, std::uint16_t state, std::uint16_t unit,
                            std::uint32_t value) {
    return be(physio_id, 2) + be(state, 2) + be(unit, 2) + be(value, 4);
}

inline std::string iv_numeric(const std::string& value) {
    return be(0x1234, 2) + iv_list({iv_attribute(0x0950, value)});
}

inline std::string iv_poll_body(const std::vector<std::string>& objects) {
    const std::string contexts =
        objects.empty() ? iv_list({}) : iv_list({be(0, 2) + iv_list(objects)});
    const std::string reply = be(1, 2) + be(973'056, 4) + std::string(8, '\xff') + be(1, 2) +
                              be(6, 2) + be(0x0803, 2) + contexts;
    return unhex("002100000000") + be(0x0c16, 2) + be(reply.size(), 2) + reply;
}

// The last result of a poll.
inline std::string iv_result(std::uint16_t invoke_id, const std::vector<std::string>& objects) {
    const std::string body = iv_poll_body(objects);
    const std::string inner = be(invoke_id, 2) + be(7, 2) + be(body.size(), 2) + body;
    return unhex("e1000002") + be(2, 2) + be(inner.size(), 2) + inner;
}

// One before the last; state 1 first, 2 between, 3 last of these.
inline std::string iv_linked_result(std::uint16_t invoke_id, int state, int count,
                                    const std::vector<std::string>& objects) {
    const std::string body = iv_poll_body(objects);
    const std::string inner = be(static_cast<std::uint64_t>(state), 1) +
                              be(static_cast<std::uint64_t>(count), 1) + be(invoke_id, 2) +
                              be(7, 2) + be(body.size(), 2) + body;
    return unhex("e1000002") + be(5, 2) + be(inner.size(), 2) + inner;
}

inline std::string iv_mds_created(std::uint16_t invoke_id) {
    const std::string info =
        unhex("002100000000") + iv_list({iv_attribute(0x0984, "\x01\x02"), // system id
                                         iv_attribute(0x098f, be(4'711, 4))});
    const std::string body =
        unhex("002100000000") + be(4'711, 4) + be(0x0d06, 2) + be(info.size(), 2) + info;
    const std::string inner = be(invoke_id, 2) + be(1, 2) + be(body.size(), 2) + body;
    return unhex("e1000002") + be(1, 2) + be(inner.size(), 2) + inner;
}

// The guide's example of an acceptance, with this least period between polls (1/8 ms).
inline std::string iv_accept(std::uint32_t min_poll_period) {
    const std::string extension = iv_list({iv_attribute(0xf001, be(0x8000'0000, 4) + iv_list({}))});
    const std::string profile = be(0x8000'0000, 4) + be(min_poll_period, 4) + be(1'000, 4) +
                                be(1'456, 4) + be(0xffff'ffff, 4) + be(0x6000'0000, 4) + extension;
    const std::string info = be(0x8000'0000, 4) + be(0x4000'0000, 4) + be(0, 4) +
                             be(0x0080'0000, 4) + be(0x2000'0000, 4) + iv_list({}) +
                             iv_list({iv_attribute(1, profile)});
    const std::string presentation =
        unhex("3180a0808001010000a280a003000001a5803080800100810251010000308080"
              "0100810c2a8648ce14020100000002010000000061803080020101a0806180a1"
              "80060c2a8648ce14020100000003010000a203020100a305a103020100be8028"
              "8002010281") +
        be(info.size(), 1) + info + std::string(16, '\0');
    const std::string session =
        unhex("0508130100160102800014020002c1") + be(presentation.size(), 1) + presentation;
    return unhex("0e") + be(session.size(), 1) + session;
}

} // namespace ems::test
