// Candidates for the address being typed, below its field. It never has the focus: the field keeps it and passes the keys.
#pragma once

#include <optional>
#include <vector>

#include "console/model/place_search.h"
#include "console/theme/theme.h"

#include <QWidget>

namespace ems::console {

class PlaceList : public QWidget {
    Q_OBJECT
  public:
    PlaceList(const Theme& theme, QWidget* parent);

    // Shows them, the first chosen; none hide the list.
    void setCandidates(std::vector<PlaceCandidate> candidates);
    void clear() { setCandidates({}); }
    [[nodiscard]] const std::vector<PlaceCandidate>& candidates() const { return candidates_; }
    // Nothing while the list is hidden.
    [[nodiscard]] std::optional<PlaceCandidate> chosen() const;
    // Down and up, not past the ends.
    void choose(int step);
    // What a row says, for the screen and for a screen reader.
    [[nodiscard]] static QString rowText(const PlaceCandidate& candidate);
    [[nodiscard]] QSize sizeHint() const override;

  signals:
    void taken(const PlaceCandidate& candidate);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    void paintRow(QPainter& p, const QRectF& row, const PlaceCandidate& candidate, bool is_chosen);
    const Theme& theme_;
    std::vector<PlaceCandidate> candidates_;
    std::size_t chosen_{0};
};

} // namespace ems::console
