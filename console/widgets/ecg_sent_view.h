// One line over the strip: that the crew sent its ECG, when and how long ago, with the key that opens
// that stretch on the frozen page. There only when one was sent; bold until it was opened at this
// desk. A touch opens it, too.
#pragma once

#include <cstdint>
#include <string>

#include "console/widgets/desk.h"

#include <QWidget>

namespace ems::console {

class EcgSentView : public QWidget {
    Q_OBJECT
  public:
    explicit EcgSentView(Desk& desk, QWidget* parent = nullptr);

    // Null: the crew sent none of the patient that is shown.
    [[nodiscard]] const api::LiveEcgMark* mark() const;
    [[nodiscard]] bool isOpened() const;
    void noteOpened(const std::string& event_id);

  signals:
    void wanted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    void follow();
    [[nodiscard]] QString text() const;

    Desk& desk_;
    std::string opened_; // event id of the newest that was
};

// "ECG sent 14:03:22"; of a mark that the crew made.
QString ecg_sent_text(const api::LiveEcgMark& mark);

} // namespace ems::console
