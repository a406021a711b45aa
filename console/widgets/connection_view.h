// The connection assistant: for each server how far the newest attempt came, step by step, what stopped it and what to do.
#pragma once

#include "console/theme/theme.h"
#include "dispatch/client/connect_trial.h"

#include <vector>

#include <QString>
#include <QWidget>

namespace ems::console {

class ConnectionView : public QWidget {
    Q_OBJECT
  public:
    explicit ConnectionView(const Theme& theme, QWidget* parent = nullptr);
    // Repaints only when something changed.
    void setTrials(std::vector<client::ConnectTrial> trials);
    // A sentence below the servers, such as what is wrong with this machine's clock; may be empty.
    void setNote(const QString& note);
    // What a screen reader says, and what the picture shows.
    [[nodiscard]] QString text() const;
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    std::vector<client::ConnectTrial> trials_;
    QString note_;
};

} // namespace ems::console
