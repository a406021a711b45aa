// The ranked units for the selected incident with their reasons, and under them the one default action: send.
#pragma once

#include "console/model/place_search.h"
#include "console/widgets/row_list.h"

class QLabel;

namespace ems::console {

class RecommendView : public RowList {
    Q_OBJECT
  public:
    explicit RecommendView(Desk& desk, QWidget* parent = nullptr);
    static constexpr int kShownMax = 4;

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    void paintRest(QPainter& p, const QRect& box) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
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
    // "杨家卓村 西北 400 m"; empty: none is known.
    [[nodiscard]] QString villageOf(const api::UnitPosition& position) const;

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;

  private:
    const PlaceSearch* places_{nullptr};
};

} // namespace ems::console
