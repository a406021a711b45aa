// The ranked units for the selected incident with their reasons, and under them the one default action: send.
#pragma once

#include "console/model/outage_record.h"
#include "console/model/place_search.h"
#include "console/widgets/row_list.h"

#include <map>

class QLabel;

namespace ems::console {

class RecommendView : public RowList {
    Q_OBJECT
  public:
    explicit RecommendView(Desk& desk, QWidget* parent = nullptr);
    static constexpr int kShownMax = 4;
    // Candidates of which the list shows no more than a part, or nothing; said at its foot.
    [[nodiscard]] int unseen() const { return rowsCutBelow(); }

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    void paintRest(QPainter& p, const QRect& box) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void paintRank(QPainter& p, const QRect& box, const api::Candidate& candidate, bool is_current) const;
    void paintUnit(QPainter& p, const QRect& box, const api::Candidate& candidate, double right) const;
    void paintShort(QPainter& p, const QRect& box, const api::Candidate& candidate);
    void paintBar(QPainter& p, const QRectF& box, const api::Candidate& candidate) const;
    void paintTotal(QPainter& p, const QRect& box, const api::Candidate& candidate) const;
    [[nodiscard]] QString reasonsText(const api::Candidate& candidate) const;
    [[nodiscard]] QString straightText(const api::Candidate& candidate) const;

    std::vector<const api::Candidate*> shown_;
    std::vector<const api::Candidate*> excluded_;
    std::uint32_t bar_full_s_{1'800};
};

// After the loss of the server: what was last known of every unit, to be called by radio or telephone, and by which village it
// was: that is what is said over the radio.
class FallbackView : public RowList {
    Q_OBJECT
  public:
    explicit FallbackView(Desk& desk, QWidget* parent = nullptr);
    // Must outlive the view; null: villages are not known.
    void setPlaces(const PlaceSearch* places);
    // What was done by voice is listed: the newest above the units, earlier ones below them. Must outlive the view.
    void setRecord(const OutageRecord* record);
    // "杨家卓村 西北 400 m"; empty: none is known.
    [[nodiscard]] QString villageOf(const api::UnitPosition& position) const;

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;

  private:
    [[nodiscard]] static QString advice();
    [[nodiscard]] int adviceHeight() const;
    void addEntries(std::size_t from, std::size_t to);
    void paintEntry(QPainter& p, const QRect& box, const OutageEntry& entry) const;

    const PlaceSearch* places_{nullptr};
    const OutageRecord* record_{nullptr};
    std::map<std::size_t, std::size_t> entries_; // by row: which of the record
    std::size_t unit_head_{1};                   // row
};

} // namespace ems::console
