// Sizes in logical pixels at 96 dpi, from the screens' specification. ECG millimetres come from the physical dpi of the
// screen and never from the scale.
#pragma once

namespace ems::console::metrics {

inline constexpr int kCaptionPx = 12;
inline constexpr int kDensePx = 13;
inline constexpr int kBodyPx = 14;
inline constexpr int kNamePx = 18;
inline constexpr int kTimerPx = 20;
inline constexpr int kTotalPx = 26;
inline constexpr int kNumericPx = 44;
inline constexpr int kNibpPx = 38;

inline constexpr int kGap = 4;
inline constexpr int kMargin = 12;
inline constexpr int kRadius = 2;

inline constexpr int kAlarmBarHeight = 44;
inline constexpr int kDockTitleHeight = 28;
inline constexpr int kGroupHeadHeight = 22;
inline constexpr int kCommandLineHeight = 40;
inline constexpr int kStatusStripHeight = 32;
inline constexpr int kQueueWaitingHeight = 52;
inline constexpr int kQueueRunningHeight = 42;
inline constexpr int kUnitRowHeight = 32;
inline constexpr int kTableHeadHeight = 22;
inline constexpr int kFormLineHeight = 34;
inline constexpr int kFieldHeight = 28;
inline constexpr int kButtonHeight = 32;
inline constexpr int kMainButtonHeight = 40;
inline constexpr int kCandidateHeight = 108;
inline constexpr int kWorklistHeight = 66;
inline constexpr int kNumericHeight = 110;

// 96 dpi when a screen does not tell its size.
inline constexpr double kFallbackPxPerMm = 96.0 / 25.4;

} // namespace ems::console::metrics
