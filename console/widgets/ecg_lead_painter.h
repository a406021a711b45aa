// A lead of a moving ECG, painted column by column into a kept picture: what the sweep of twelve and the strip of one have in
// common. Missing samples stay a gap, a lead whose electrode is off is a dashed flat line, and a bar of 8 mm before the newest
// column takes away what the turn before has left.
#pragma once

#include <cstdint>
#include <optional>

#include "console/model/ecg_feed.h"
#include "console/theme/theme.h"

#include <QPainter>
#include <QPointF>

namespace ems::console {

class EcgLeadPainter {
  public:
    static constexpr double kEraseMm = 8.0;
    // Behind the lead's name and its pulse, and before its right end.
    static constexpr int kTraceLeftPx = 68;
    static constexpr int kTraceRightPx = 12;
    // Of a row, from its top: QRS complexes stand up more often than down.
    static constexpr double kBaseShare = 0.62;

    struct Row {
        int left_px;
        int width_px;
        double base_px; // where 0 mV lies
    };
    // Columns that are due, counted from the recording's first sample, and the pixels they and the bar take in a row.
    struct Due {
        std::int64_t from;
        std::int64_t to;
        signal::SweepUpdate passed;
    };
    explicit EcgLeadPainter(const Theme& theme);
    // Nothing is painted yet; of these millimetres from now on.
    void restart(double px_per_mm);
    void setScale(signal::EcgScale scale) { scale_ = scale; }
    [[nodiscard]] signal::EcgScale scale() const { return scale_; }
    enum class Feeding { alive, lost }; // lost: the trace stands
    // What has to be painted now; nothing when no column was passed.
    [[nodiscard]] std::optional<Due> advance(EcgFeed& ecg, Feeding feeding, double now_s, int width_px);
    // Takes away whole columns of all rows that begin there: tall waves cross from row to row.
    void clear(QPainter& p, const Due& due, const Row& row, int height_px) const;
    void paint(QPainter& p, const EcgFeed& ecg, signal::ShownLead lead, const Row& row, const Due& due) const;
    // 1 mV over 5 mm, in front of the row.
    void paintPulse(QPainter& p, QPointF from) const;
    // The writing edge: the pixel of a row that was painted last; negative: none.
    [[nodiscard]] int edgePx(int width_px) const;
    // Seconds of trace painted since it last began at nothing.
    [[nodiscard]] double drawnS() const;

  private:
    [[nodiscard]] double samplesPerPx(const EcgFeed& ecg) const;
    void paintRun(QPainter& p, const EcgFeed& ecg, signal::ShownLead lead, std::int64_t begin, std::int64_t end, QPointF origin) const;
    void paintOff(QPainter& p, std::int64_t begin, std::int64_t end, QPointF origin) const;

    const Theme& theme_;
    signal::EcgScale scale_;
    double px_per_mm_;
    std::int64_t last_column_{-1};
    std::int64_t first_column_{-1};
};

} // namespace ems::console
