// The place of the physician's orders, which the crew repeats aloud, and of the check list. Until the
// centre carries them it says what will stand here and how an order is taken today: by voice, with
// what the physician has to know of the patient to give one, and the keys for calling and noting.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <array>

#include <QLabel>
#include <QStringList>
#include <QWidget>

namespace ems::terminal {

class OrdersPage : public QWidget {
    Q_OBJECT
  public:
    OrdersPage(const console::Theme& theme, VehicleSocket& vehicle, QWidget* parent = nullptr);
    // `call_note`: what became of the call for the physician; empty: none stands.
    void refresh(const vehicle::Status& status, const QString& call_note);
    // Calls only: a call that stands is ended with the key that is on every page.
    [[nodiscard]] BigButton& callButton() { return *call_; }
    [[nodiscard]] BigButton& noteButton() { return *note_; }
    // As they stand, from the top.
    [[nodiscard]] QStringList lines() const;

  signals:
    // The crew wants the list of notes.
    void noteWanted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    static constexpr std::size_t kSteps = 3;
    void sizeTexts();
    [[nodiscard]] static QString howToSpeak(const vehicle::Status& status);
    [[nodiscard]] static QString patient(const vehicle::Status& status);
    [[nodiscard]] static QString noted(const vehicle::Status& status);

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    QLabel* title_;
    QLabel* comes_;
    std::array<QLabel*, kSteps> numbers_{};
    std::array<QLabel*, kSteps> steps_{};
    QLabel* patient_;
    QLabel* noted_;
    BigButton* call_;
    BigButton* note_;
};

} // namespace ems::terminal
