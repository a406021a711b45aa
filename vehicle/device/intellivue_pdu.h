// The messages of Philips' IntelliVue Data Export that numerics need, as bytes: association
// control, MDS create event and its answer, single poll of numerics and its result. Layout: "Data
// Export Interface Programming Guide", revision G (association 67-73, MDS create 54-55, single poll
// 55-58, headers 43-49, numerics 76-78, FLOAT-Type 40-41). Pure.
//
// NOT TRIED AGAINST A MONITOR: no capture was at hand. What is written here is the documented
// layout.
//
// One datagram is one message, big-endian. Every list carries its count and its length; both must
// agree with what is inside, and nothing may be left over.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::vehicle {

constexpr std::size_t kIntellivueDatagramMax = 4'096; // a monitor sends at most 1456
constexpr std::size_t kIntellivueObservationsMax = 256;

enum class IntellivueKind {
    accept,           // association accepted
    refuse,           // association refused
    release_request,  // the monitor ends the association
    release_response, // our end of it was heard
    abort,            // the association is over
    mds_created,      // the monitor introduces itself and waits for the answer
    poll_result,      // numerics
    poll_error,       // a request of ours was refused
    other,            // well-formed, of no use here
};

struct IntellivueObservation {
    std::uint16_t physio_id{0};    // term of the SCADA partition
    std::uint16_t state{0};        // bits of MeasurementState
    std::uint16_t unit{0};         // term of the dimension partition
    std::optional<double> value{}; // nothing: NaN, not at this resolution, infinite, reserved
    std::string measured_at{};     // "YYYYMMDDhhmmss" by the monitor's clock; "" not said
    bool operator==(const IntellivueObservation&) const = default;
};

struct IntellivueMessage {
    IntellivueKind kind{IntellivueKind::other};
    std::uint16_t invoke_id{0}; // of mds_created, poll_result, poll_error
    // Of accept: the monitor will not be polled more often; nothing when it did not say.
    std::optional<std::chrono::milliseconds> min_poll_period{};
    std::string managed_object{}; // of mds_created, to be repeated in the answer
    std::uint32_t event_time{0};  // of mds_created, likewise
    bool last{true};              // of poll_result: false when more of the same poll follow
    std::vector<IntellivueObservation> observations{}; // of poll_result
    bool operator==(const IntellivueMessage&) const = default;
};

// Errors: malformed.
Result<IntellivueMessage> parse_intellivue(std::string_view datagram);

// Guide 77: "valid if the first octet of the state is all 0". Demonstration and test data are not.
[[nodiscard]] constexpr bool intellivue_valid(std::uint16_t state) {
    return (state & 0xff00U) == 0;
}

// FLOAT-Type: signed exponent (8 bits) of ten, signed mantissa (24 bits).
[[nodiscard]] std::optional<double> intellivue_float(std::uint32_t bits);

std::string intellivue_association_request(std::chrono::milliseconds min_poll_period);
std::string intellivue_release_request();
std::string intellivue_release_response();
// `created` is of kind mds_created.
std::string intellivue_mds_create_result(const IntellivueMessage& created);
// All numerics, their observed values.
std::string intellivue_poll_request(std::uint16_t invoke_id);

} // namespace ems::vehicle
