// Numerics of a Philips IntelliVue monitor over its LAN data export (UDP 24105), as the same
// checked values Mindray's PDS gives: a protocol that says what to send. Byte layout:
// intellivue_pdu.h.
//
// NOT TRIED AGAINST A MONITOR: no capture was at hand. Written from the guide's description.
//
//   associating  a request every 3 s, 10 s after a refusal; on acceptance:
//   accepted     waits 5 s for the monitor to introduce itself (MDS create event); that answered:
//   operating    a poll each second, or as rarely as the monitor demands (at most 5 s)
// An abort, a release, no introduction, or no result for 5 s (the association is released first)
// lead back to associating, 2 s later.
//
// A poll asks for all numerics; its results may come in several datagrams and count when the last
// is there. A value is valid when the first octet of its state is zero (which leaves out
// demonstration and test data), its FLOAT is a number and its unit measures this kind. Alarms are
// not read. Over RS 232 the same messages are framed otherwise; that is not done here.
#pragma once

#include "vehicle/device/intellivue_pdu.h"
#include "vehicle/device/mdc.h"
#include "vehicle/device/monitor.h"

namespace ems::vehicle {

class IntellivueMonitor final : public MonitorProtocol {
  public:
    // `bytes` is one datagram.
    Heard feed(std::string_view bytes, Ticks now) override;
    std::vector<std::string> due(Ticks now) override;
    [[nodiscard]] std::vector<std::string> farewell() const override;

    enum class State { associating, accepted, operating };
    [[nodiscard]] State state() const { return state_; }

  private:
    void associate_at(Ticks when);
    void operate(const IntellivueMessage& created, Ticks now, Heard& heard);
    void take_result(const IntellivueMessage& message, Ticks now, Heard& heard);

    State state_{State::associating};
    Ticks request_at_{}; // associating: the next request; accepted: the patience ends
    Ticks poll_at_{};
    Ticks heard_at_{}; // operating: the last result
    std::chrono::milliseconds poll_period_{1'000};
    std::uint16_t invoke_id_{0}; // of the poll under way
    VitalSelection values_;      // of the poll under way
};

} // namespace ems::vehicle
