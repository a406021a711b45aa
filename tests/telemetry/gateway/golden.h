// Captured frames of real terminals and platforms, all with a right length and checksum. Sources:
// test captures of the Traccar project (issues 833, 3412, PR 5997 and its decoder's tests), the
// message examples of Huabao Telematics, and a published 2019 registration exchange.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ems::test {

struct Golden {
    std::string_view name;
    std::uint16_t id;
    std::string_view hex; // blanks do not count
};

inline constexpr std::string_view kHeartbeatHex = "7e0002000004304832546500b7ca7e";
inline constexpr std::string_view kRegister2013Hex =
    "7E0100002D013511221122000500000000373031303748422D5230334742440000000000000000000000323336"
    "3631303402CBD5424136383630387E";
inline constexpr std::string_view kRegisterNoPlateHex =
    "7e0100002500140124991700010000000000000000000000000000000000000000000000000000000000313234"
    "3939313700ab7e";
inline constexpr std::string_view kRegister2019Hex =
    "7E0100405401000000000002234567890000000B00650123456789ABCDEF0000000123456789ABCDEF00000000"
    "0000000000000000000000000000000000000123456789ABCDEF00000000000000000000000000000000000000"
    "00000001BEA9443132333435937E";
inline constexpr std::string_view kAuthenticateHex =
    "7E0102000E013511221122000661757468656E7469636174696F6E3F7E";
inline constexpr std::string_view kAuthenticateLockHex =
    "7E 01 02 00 0D 00 20 02 60 43 25 00 01 38 33 30 30 32 30 30 32 36 30 34 33 32 13 7E";
inline constexpr std::string_view kLocationSouthWestHex =
    "7e020000220014012499170007000000000000400e012af16f02cbd2ba00000000000015010119425701040000"
    "0077a97e";
inline constexpr std::string_view kLocationVendorItemHex =
    "7E0200002F01357888888800B60000000000000003015972B406CBF6B802230000000116061317571301040000"
    "000003020000EB0700050001016708B37E";
inline constexpr std::string_view kLocationLockHex =
    "7E 02 00 00 52 00 20 02 60 43 23 00 A4 00 02 00 00 00 0C 00 02 01 58 B9 1B 06 CB 70 61 00 "
    "46 00 00 00 59 21 09 22 16 37 58 01 04 00 00 00 01 03 02 00 00 25 04 00 00 00 01 30 01 11 "
    "31 01 10 E3 01 00 D5 1B 02 20 02 60 43 23 27 95 93 78 61 60 00 12 20 00 00 12 34 27 95 93 "
    "78 61 58 00 12 86 7E";
inline constexpr std::string_view kBatchOfFourHex =
    "7E070400F30303000002450064000401003A000000000000000301618AC606C31F200000000000291805142028"
    "47010400000000EB16000C00B28986061708003732585700060089FFFFFFFE003A000000000000000301618AE8"
    "06C31EB800000000009F180514202917010400000000EB16000C00B28986061708003732585700060089FFFFFF"
    "FE003A000000000000000301618AE806C31EB800000000009F180514202947010400000000EB16000C00B28986"
    "061708003732585700060089FFFFFFFE003A000001000000080301618AE806C31EB800000000009F1805142030"
    "06010400000000EB16000C00B28986061708003732585700060089FFFFFFFED77E";
inline constexpr std::string_view kBatchOfFiveHex =
    "7e0704012f01453048070800d2000501003a0000000000000003015f750c045270b00000000001191708032105"
    "09010400000f2ceb16000c00b28991241909150101172400060089ffffffff003a0000000000000003015f750c"
    "045270b0000000000119170803210514010400000f2ceb16000c00b28991241909150101172400060089ffffff"
    "ff003a0000000000000003015f750c045270b0000000000119170803210519010400000f2ceb16000c00b28991"
    "241909150101172400060089ffffffff003a0000000000000003015f750c045270b00000000001191708032105"
    "24010400000f2ceb16000c00b28991241909150101172400060089ffffffff003a0000000000000003015f750c"
    "045270b0000000000119170803210529010400000f2ceb16000c00b28991241909150101172400060089ffffff"
    "ff897e";
inline constexpr std::string_view kReplyHex = "7e8001000501351122112200010007020000b47e";
inline constexpr std::string_view kReplyLockHex =
    "7E 80 01 00 05 00 20 02 60 43 23 00 09 00 EE 02 00 00 43 7E";
inline constexpr std::string_view kRegisterReplyHex =
    "7e8100000b01351122112200000005004155544831323334b77e";
inline constexpr std::string_view kRegisterReply2019Hex =
    "7E81004017010000000000022345678900000000006E75676D5152563461786C4C476A6A6F6E413D3D137E";

inline constexpr std::array kGolden{
    Golden{"heartbeat", 0x0002, kHeartbeatHex},
    Golden{"register 2013", 0x0100, kRegister2013Hex},
    Golden{"register without plate", 0x0100, kRegisterNoPlateHex},
    Golden{"register 2019", 0x0100, kRegister2019Hex},
    Golden{"authenticate", 0x0102, kAuthenticateHex},
    Golden{"authenticate of a lock", 0x0102, kAuthenticateLockHex},
    Golden{"position south west", 0x0200, kLocationSouthWestHex},
    Golden{"position with a vendor's item", 0x0200, kLocationVendorItemHex},
    Golden{"position of a lock", 0x0200, kLocationLockHex},
    Golden{"batch of four", 0x0704, kBatchOfFourHex},
    Golden{"batch of five", 0x0704, kBatchOfFiveHex},
    Golden{"reply", 0x8001, kReplyHex},
    Golden{"reply to a lock", 0x8001, kReplyLockHex},
    Golden{"reply to register", 0x8100, kRegisterReplyHex},
    Golden{"reply to register 2019", 0x8100, kRegisterReply2019Hex},
};

inline std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) {
        return c <= '9' ? c - '0' : c <= 'F' ? c - 'A' + 10 : c - 'a' + 10;
    };
    std::string out;
    int high = -1;
    for (const char c : hex) {
        if (c == ' ') {
            continue;
        }
        if (high < 0) {
            high = digit(c);
        } else {
            out.push_back(static_cast<char>(high << 4 | digit(c)));
            high = -1;
        }
    }
    return out;
}

} // namespace ems::test
