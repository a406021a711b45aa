#include "vehicle/device/intellivue_pdu.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::vehicle {
namespace {

using namespace std::string_view_literals;

// First byte of association control, guide 67-73.
constexpr std::uint8_t kConnect = 0x0d;
constexpr std::uint8_t kAccept = 0x0e;
constexpr std::uint8_t kRefuse = 0x0c;
constexpr std::uint8_t kFinish = 0x09;
constexpr std::uint8_t kDisconnect = 0x0a;
constexpr std::uint8_t kAbort = 0x19;

// Fixed parts of association control, guide 298 and 301.
constexpr auto kSessionData = "\x05\x08\x13\x01\x00\x16\x01\x02\x80\x00\x14\x02\x00\x02"sv;
constexpr auto kPresentation =
    "\x31\x80\xa0\x80\x80\x01\x01\x00\x00\xa2\x80\xa0\x03\x00\x00\x01\xa4\x80\x30\x80\x02\x01\x01"
    "\x06\x04\x52\x01\x00\x01\x30\x80\x06\x02\x51\x01\x00\x00\x00\x00\x30\x80\x02\x01\x02\x06\x0c"
    "\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x01\x01\x30\x80\x06\x0c\x2a\x86\x48\xce\x14\x02\x01"
    "\x00\x00\x00\x02\x01\x00\x00\x00\x00\x00\x00\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x60\x80\xa1"
    "\x80\x06\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x03\x01\x00\x00\xbe\x80\x28\x80\x06\x0c"
    "\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x01\x01\x02\x01\x02\x81"sv;
constexpr std::size_t kTrailerSize = 16; // zeros
constexpr auto kReleaseTail = "\x18\xc1\x16\x61\x80\x30\x80\x02\x01\x01\xa0\x80"sv;
constexpr auto kReleaseEnd = "\x80\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv;
// What stands before the user data of an accepting answer, guide 299.
constexpr auto kUserDataMark = "\xbe\x80\x28\x80\x02\x01\x02\x81"sv;

// MDSEUserInfoStd, guide 68-72.
constexpr std::uint32_t kProtocolVersion1 = 0x8000'0000;
constexpr std::uint32_t kNomenclatureVersion = 0x4000'0000;
constexpr std::uint32_t kSystemClient = 0x8000'0000;
constexpr std::uint32_t kColdStart = 0x2000'0000;
constexpr std::uint16_t kPollProfileSupport = 1;
constexpr std::uint32_t kPollProfileRevision0 = 0x8000'0000;
constexpr std::uint32_t kMtu = 1'000; // both ways; 300 to 1364 on a LAN
constexpr std::uint32_t kBandwidthUnlimited = 0xffff'ffff;
constexpr std::uint32_t kDynamicObjects = 0x6000'0000; // may be created and deleted
constexpr std::uint16_t kPollProfileExtension = 0xf001;
constexpr std::uint32_t kNumericsEverySecond = 0x8000'0000;
constexpr int kRelativeTicksPerMs = 8;

// Data messages, guide 43-49, 54-58.
constexpr std::uint32_t kSessionPresentation = 0xe100'0002;
constexpr std::uint16_t kInvoke = 1;
constexpr std::uint16_t kResult = 2;
constexpr std::uint16_t kError = 3;
constexpr std::uint16_t kLinkedResult = 5;
constexpr std::uint16_t kConfirmedEventReport = 1;
constexpr std::uint16_t kConfirmedAction = 7;
constexpr std::size_t kManagedObjectSize = 6;
constexpr auto kMds = "\x00\x21\x00\x00\x00\x00"sv; // NOM_MOC_VMS_MDS, context 0, handle 0
constexpr std::uint16_t kMdsCreated = 0x0d06;
constexpr std::uint16_t kPollData = 0x0c16;
constexpr std::uint16_t kPartitionObjects = 1;
constexpr std::uint16_t kNumeric = 6;             // NOM_MOC_VMO_METRIC_NU
constexpr std::uint16_t kObservedValues = 0x0803; // NOM_ATTR_GRP_METRIC_VAL_OBS
constexpr std::uint16_t kNumericValue = 0x0950;
constexpr std::uint16_t kCompoundNumericValue = 0x094b;
constexpr std::uint16_t kTimeStamp = 0x0990;
constexpr std::size_t kAbsoluteTimeSize = 8;

// Reads forward; once it went beyond the end it stays bad and gives zeros.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
    std::string_view take(std::size_t size) {
        if (bad_ || size > bytes_.size()) {
            bad_ = true;
            return {};
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return number(4); }
    [[nodiscard]] bool bad() const { return bad_; }
    // Everything was there and nothing is left.
    [[nodiscard]] bool done() const { return !bad_ && bytes_.empty(); }

  private:
    std::uint32_t number(std::size_t size) {
        std::uint32_t value = 0;
        for (const char c : take(size)) {
            value = value << 8U | static_cast<std::uint8_t>(c);
        }
        return value;
    }
    std::string_view bytes_;
    bool bad_{false};
};

std::string u16(std::size_t value) {
    EMS_ASSERT(value <= 0xffff);
    return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

std::string u32(std::uint32_t value) {
    return u16(value >> 16U) + u16(value & 0xffffU);
}

// Two bytes of length before the text.
std::string sized(const std::string& text) {
    return u16(text.size()) + text;
}

// A count and a length before `count` entries; calls `entry` for each. False when they disagree.
template <class F> bool each_entry(Cursor& from, F entry) {
    const std::uint16_t count = from.u16();
    Cursor list{from.take(from.u16())};
    for (std::uint16_t i = 0; i < count; ++i) {
        if (!entry(list) || list.bad()) {
            return false;
        }
    }
    return !from.bad() && list.done();
}

// AttributeList: calls `take` with each attribute's number and value.
template <class F> bool each_attribute(Cursor& from, F take) {
    return each_entry(from, [&](Cursor& list) {
        const std::uint16_t id = list.u16();
        return take(id, list.take(list.u16()));
    });
}

int binary_coded(char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    const int high = byte >> 4U;
    const int low = byte & 0x0fU;
    return high > 9 || low > 9 ? -1 : high * 10 + low;
}

// AbsoluteTime: century, year, month, day, hour, minute, second, fraction, each two decimal digits;
// all ones where the monitor has no clock.
std::string absolute_time(std::string_view bytes) {
    if (bytes.size() != kAbsoluteTimeSize) {
        return {};
    }
    constexpr std::array<std::pair<int, int>, 7> kRanges{
        {{20, 21}, {0, 99}, {1, 12}, {1, 31}, {0, 23}, {0, 59}, {0, 59}}};
    std::string text;
    for (std::size_t i = 0; i < kRanges.size(); ++i) {
        const int number = binary_coded(bytes[i]);
        if (number < kRanges.at(i).first || number > kRanges.at(i).second) {
            return {};
        }
        text += fmt::format("{:02}", number);
    }
    return text;
}

IntellivueObservation observation(Cursor& from) {
    IntellivueObservation one;
    one.physio_id = from.u16();
    one.state = from.u16();
    one.unit = from.u16();
    one.value = intellivue_float(from.u32());
    return one;
}

// ObservationPoll: the handle of an object and its attributes.
bool take_object(Cursor& from, std::vector<IntellivueObservation>& into) {
    from.u16(); // handle
    std::vector<IntellivueObservation> values;
    std::string measured_at;
    const bool whole = each_attribute(from, [&](std::uint16_t id, std::string_view value) {
        Cursor attribute{value};
        if (id == kNumericValue) {
            values.push_back(observation(attribute));
            return attribute.done();
        }
        if (id == kCompoundNumericValue) {
            const auto take = [&](Cursor& list) {
                values.push_back(observation(list));
                return true;
            };
            return each_entry(attribute, take) && attribute.done();
        }
        if (id == kTimeStamp) {
            measured_at = absolute_time(value);
        }
        return true;
    });
    for (IntellivueObservation& one : values) {
        one.measured_at = measured_at;
        into.push_back(std::move(one));
    }
    return whole && into.size() <= kIntellivueObservationsMax;
}

// PollMdibDataReply, guide 56-58.
bool take_poll_reply(Cursor& from, IntellivueMessage& into) {
    from.u16();                   // poll number
    from.u32();                   // relative time
    from.take(kAbsoluteTimeSize); // absolute time
    const std::uint16_t partition = from.u16();
    const std::uint16_t object = from.u16();
    from.u16(); // attribute group
    if (partition != kPartitionObjects || object != kNumeric) {
        return !from.bad();
    }
    into.kind = IntellivueKind::poll_result;
    return each_entry(from,
                      [&](Cursor& contexts) {
                          contexts.u16(); // MDS context
                          return each_entry(contexts, [&](Cursor& objects) {
                              return take_object(objects, into.observations);
                          });
                      }) &&
           from.done();
}

// ActionResult, guide 49.
bool take_action_result(Cursor& from, IntellivueMessage& into) {
    from.take(kManagedObjectSize);
    const std::uint16_t action = from.u16();
    Cursor reply{from.take(from.u16())};
    if (!from.done()) {
        return false;
    }
    return action != kPollData || take_poll_reply(reply, into);
}

// EventReportArgument, guide 45 and 54.
bool take_event(Cursor& from, IntellivueMessage& into) {
    into.managed_object = from.take(kManagedObjectSize);
    into.event_time = from.u32();
    const std::uint16_t event = from.u16();
    from.take(from.u16());
    if (event == kMdsCreated) {
        into.kind = IntellivueKind::mds_created;
    }
    return from.done();
}

// ROapdus and what it carries, guide 43-44.
bool take_operation(Cursor& from, IntellivueMessage& into) {
    const std::uint16_t type = from.u16();
    Cursor operation{from.take(from.u16())};
    if (!from.done()) {
        return false;
    }
    if (type == kLinkedResult) { // all results of a poll but the last
        operation.u16();         // which of them
        into.last = false;
    }
    into.invoke_id = operation.u16();
    const std::uint16_t command = operation.u16(); // of an error: its reason
    Cursor argument{operation.take(operation.u16())};
    if (!operation.done()) {
        return false;
    }
    if (type == kInvoke && command == kConfirmedEventReport) {
        return take_event(argument, into);
    }
    if ((type == kResult || type == kLinkedResult) && command == kConfirmedAction) {
        return take_action_result(argument, into);
    }
    if (type == kError) {
        into.kind = IntellivueKind::poll_error;
    }
    return true;
}

// ASN.1 length, guide 68: up to 127 in one byte, else the number of bytes that follow.
std::size_t asn_length(Cursor& from) {
    const std::uint8_t first = from.u8();
    if (first < 0x80) {
        return first;
    }
    return first == 0x81 ? from.u8() : first == 0x82 ? from.u16() : kIntellivueDatagramMax + 1;
}

// The poll period of MDSEUserInfoStd. Nothing when it is not found: "it is sufficient for the
// client to check the first byte" (guide 72).
std::optional<std::chrono::milliseconds> min_poll_period(std::string_view datagram) {
    const std::size_t mark = datagram.find(kUserDataMark);
    if (mark == std::string_view::npos) {
        return std::nullopt;
    }
    Cursor from{datagram.substr(mark + kUserDataMark.size())};
    Cursor info{from.take(asn_length(from))};
    info.take(5 * sizeof(std::uint32_t)); // versions, functional units, system type, start mode
    std::optional<std::chrono::milliseconds> period;
    const auto skip = [](std::uint16_t, std::string_view) { return true; };
    const auto take = [&](std::uint16_t id, std::string_view value) {
        if (id == kPollProfileSupport) {
            Cursor profile{value};
            profile.u32(); // revision
            const std::uint32_t ticks = profile.u32();
            if (!profile.bad()) {
                period = std::chrono::milliseconds{ticks / kRelativeTicksPerMs};
            }
        }
        return true;
    };
    return each_attribute(info, skip) && each_attribute(info, take) ? period : std::nullopt;
}

std::optional<IntellivueKind> control_kind(std::uint8_t first) {
    switch (first) {
    case kAccept:
        return IntellivueKind::accept;
    case kRefuse:
        return IntellivueKind::refuse;
    case kFinish:
        return IntellivueKind::release_request;
    case kDisconnect:
        return IntellivueKind::release_response;
    case kAbort:
        return IntellivueKind::abort;
    default:
        return std::nullopt;
    }
}

std::string release(std::uint8_t first, char kind) {
    std::string out(1, static_cast<char>(first));
    out += kReleaseTail;
    out += kind;
    out += kReleaseEnd;
    return out;
}

std::string operation(std::uint16_t type, std::uint16_t invoke_id, std::uint16_t command,
                      const std::string& argument) {
    return u32(kSessionPresentation) + u16(type) +
           sized(u16(invoke_id) + u16(command) + sized(argument));
}

} // namespace

Result<IntellivueMessage> parse_intellivue(std::string_view datagram) {
    if (datagram.empty() || datagram.size() > kIntellivueDatagramMax) {
        return fail(Code::malformed, "IntelliVue datagram of a senseless size");
    }
    IntellivueMessage message;
    if (const auto kind = control_kind(static_cast<std::uint8_t>(datagram.front()))) {
        message.kind = *kind;
        if (*kind == IntellivueKind::accept) {
            message.min_poll_period = min_poll_period(datagram);
        }
        return message;
    }
    Cursor cursor{datagram};
    if (cursor.u32() != kSessionPresentation || !take_operation(cursor, message)) {
        return fail(Code::malformed, "IntelliVue message whose lengths disagree");
    }
    return message;
}

std::optional<double> intellivue_float(std::uint32_t bits) {
    const std::uint32_t mantissa = bits & 0x00ff'ffffU;
    // +INF, NaN; NRes, reserved, -INF: the five around the turn of the sign.
    if (mantissa >= 0x7f'fffeU && mantissa <= 0x80'0002U) {
        return std::nullopt;
    }
    const auto exponent = static_cast<std::int8_t>(bits >> 24U);
    const auto value = static_cast<std::int32_t>(mantissa << 8U) / 256;
    return value * std::pow(10.0, exponent);
}

std::string intellivue_association_request(std::chrono::milliseconds min_poll_period) {
    const auto ticks = static_cast<std::uint32_t>(min_poll_period.count() * kRelativeTicksPerMs);
    const std::string no_attributes = u16(0) + u16(0);
    const std::string extension =
        u16(kPollProfileExtension) + sized(u32(kNumericsEverySecond) + no_attributes);
    const std::string profile = u32(kPollProfileRevision0) + u32(ticks) + u32(kMtu) + u32(kMtu) +
                                u32(kBandwidthUnlimited) + u32(kDynamicObjects) + u16(1) +
                                sized(extension);
    const std::string info = u32(kProtocolVersion1) + u32(kNomenclatureVersion) + u32(0) +
                             u32(kSystemClient) + u32(kColdStart) + no_attributes + u16(1) +
                             sized(u16(kPollProfileSupport) + sized(profile));
    std::string inner{kPresentation};
    inner += static_cast<char>(info.size());
    inner += info;
    inner.append(kTrailerSize, '\0');
    std::string outer{kSessionData};
    outer += '\xc1';
    outer += static_cast<char>(inner.size());
    outer += inner;
    // Both lengths fit one byte, where 255 would announce two more.
    EMS_ASSERT(outer.size() < 0xff);
    return std::string(1, static_cast<char>(kConnect)) + static_cast<char>(outer.size()) + outer;
}

std::string intellivue_release_request() {
    return release(kFinish, '\x62');
}

std::string intellivue_release_response() {
    return release(kDisconnect, '\x63');
}

std::string intellivue_mds_create_result(const IntellivueMessage& created) {
    return operation(kResult, created.invoke_id, kConfirmedEventReport,
                     created.managed_object + u32(created.event_time) + u16(kMdsCreated) + u16(0));
}

std::string intellivue_poll_request(std::uint16_t invoke_id) {
    const std::string request =
        u16(invoke_id) + u16(kPartitionObjects) + u16(kNumeric) + u16(kObservedValues);
    return operation(kInvoke, invoke_id, kConfirmedAction,
                     std::string{kMds} + u32(0) + u16(kPollData) + sized(request));
}

} // namespace ems::vehicle
