// Bounds and intervals of the on-board agent, in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ems::vehicle {

// Uplink.
inline constexpr std::size_t kInFlightMax = 64;        // sent and not acknowledged, per stream
inline constexpr std::size_t kBackfillRecordsMax = 50; // of one u/bf
inline constexpr std::size_t kBackfillBytesMax = 32'768;
inline constexpr std::chrono::milliseconds kResendFirst{3'000};
inline constexpr std::chrono::milliseconds kResendMost{30'000};
inline constexpr std::chrono::milliseconds kEventsWaitMost{1'000}; // for the budget
// A fix older than this would look current on the live topic; it goes with the backlog.
inline constexpr std::chrono::milliseconds kLiveFixAge{3'000};
inline constexpr std::chrono::milliseconds kWaveHoldMost{30'000}; // of one d/watch
// A message under way for so long: pictures give way, before waves do (LiveGate::kWavesWaitMost).
inline constexpr std::chrono::milliseconds kVideoYieldsAfter{1'000};
// Pictures kept on board go when no more records than this wait for the centre: what is on its way
// at any moment, and no backlog.
inline constexpr std::uint64_t kRecordsBeforePictures = 200;
inline constexpr std::chrono::milliseconds kUplinkTick{100};
inline constexpr std::chrono::milliseconds kVoiceLevelsEvery{200}; // to crew terminals
inline constexpr std::chrono::milliseconds kGroupCommit{250};
inline constexpr std::chrono::milliseconds kLinkDeadAfter{4'000}; // without d/hb, seen at a tick
inline constexpr std::chrono::milliseconds kLinkDeadKnownWithin{5'000}; // what is promised
// With the client and without a receipt: a burst of the backlog, the first events of a link, and
// what LiveGate lets in.
inline constexpr std::size_t kHandedOverMax = 512;
inline constexpr std::size_t kHandedOverBytesMax = 262'144;
inline constexpr std::size_t kInboundMax = 256; // messages from the centre waiting for the agent

inline constexpr std::chrono::seconds kCentreLostAfter{30}; // a tunnel is no alarm
inline constexpr std::chrono::minutes kSpoolSlowFor{1}; // without a slow commit it is over

inline constexpr std::chrono::minutes kSpoolFullFor{10}; // without a record that had to go it is over
inline constexpr std::chrono::seconds kBatteryEvery{30};

// A camera of the network waits 10 s for a picture before it says so. A loose cable is one alarm,
// and no new one with each bump of the road.
inline constexpr std::chrono::seconds kCameraLostAfter{5};
inline constexpr std::chrono::seconds kCameraBackAfter{10};

// Devices.
inline constexpr std::chrono::milliseconds kDeviceTick{50};
inline constexpr std::chrono::milliseconds kDeviceLostAfter{10'000};
inline constexpr std::chrono::milliseconds kWatchFor{15'000}; // d/watch is repeated every 5 s
inline constexpr std::chrono::milliseconds kAlarmHeldFor{20'000}; // monitor repeats what is active
inline constexpr std::size_t kMonitorAlarmsMax = 64;
inline constexpr int kInputReportsBurst = 10;
inline constexpr std::chrono::milliseconds kInputReportEvery{10'000};
inline constexpr std::uint32_t kFuelStepPct = 5;
// Below this much a step of 5 is a third of the way that is left; 2 is more than a gauge swings on its own.
inline constexpr std::uint32_t kFuelLowPct = 20;
inline constexpr std::uint32_t kFuelLowStepPct = 2;

// Analysis of the ECG on board: a slice is at most 0.4 ms of one core (measured), and the agent
// does one with each read of the device and each tick.
inline constexpr std::size_t kEcgSliceValuesMax = 1'000;    // samples of one lead each
inline constexpr std::size_t kEcgWaitingFramesMax = 16'384; // samples of all leads, at least 16 s

// Commands.
inline constexpr std::chrono::milliseconds kRepeatAckEvery{5'000};
inline constexpr std::size_t kNotesMax = 20;
inline constexpr std::size_t kRecentPressesMax = 64;
inline constexpr std::chrono::hours kPressAgeMax{1}; // of a button whose terminal could not tell it before
inline constexpr std::size_t kTextMax = 1'000;

// Crew socket.
inline constexpr std::size_t kCrewFrameMax = 65'536;
inline constexpr std::size_t kCrewSessionsMax = 4;
inline constexpr std::size_t kCrewBacklogMax =
    256; // frames waiting for a terminal that does not read
inline constexpr std::size_t kCrewTraceBacklogMax = 10; // beyond it no trace is added: 2 s of it
inline constexpr std::chrono::milliseconds kTraceFor{3'000}; // a terminal asks each second

static_assert(kInFlightMax >= kBackfillRecordsMax);
static_assert(kCrewTraceBacklogMax < kCrewBacklogMax);
static_assert(kLinkDeadAfter + 2 * kUplinkTick < kLinkDeadKnownWithin);

} // namespace ems::vehicle
