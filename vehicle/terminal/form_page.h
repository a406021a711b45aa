// What the crew found of its patient, by taps: each field a large button with its value and when it
// was found, dashed while NEWS2 lacks it; a tap opens its choices or a pad. Every choice goes out
// at once as an event of its own and survives like a press. An entry that was wrong is withdrawn
// where it was made, and stays to be read, struck through, until another replaces it.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/number_pad.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <QGridLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QWidget>

namespace ems::terminal {

class FormPage : public QWidget {
    Q_OBJECT
  public:
    // All references outlive it.
    FormPage(const console::Theme& theme, VehicleSocket& vehicle, QWidget* parent = nullptr);

    // By the number of a field of wire::PatientFindings.
    [[nodiscard]] BigButton& field(int number);
    // Of the choices that are open now.
    [[nodiscard]] BigButton& choice(int index) {
        return *choices_.at(static_cast<std::size_t>(index));
    }
    [[nodiscard]] NumberPad& pad() { return *pad_; }
    [[nodiscard]] BigButton& doneButton() { return *done_; }
    // Beside the choices; the pad has its own.
    [[nodiscard]] BigButton& withdrawButton() { return *withdraw_; }
    // The list of notes, as if its field had been tapped. False: another entry is begun and stays open.
    [[nodiscard]] bool openNotes();
    // The fields again, whatever was open; an entry that was begun is not said. Only who is at this page does that: it keeps
    // what is begun while another one is shown.
    void showFields();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    // Whose the open entry is.
    struct Patient {
        std::uint64_t number{0};
        bool is_over{false};
    };
    QWidget* makeFields();
    QWidget* makeChoices();
    void refresh();
    void followPatient();
    [[nodiscard]] bool isBegun() const;
    [[nodiscard]] std::set<std::string> entered(int number) const;
    void openField(int number);
    void openNumber(int number);
    [[nodiscard]] QString entry(const BigButton& button, int number) const;
    void withdraw();
    void choose(std::size_t index);
    void takeNumber(std::size_t unit, std::int32_t tenths);
    void say(const wire::PatientFindings& said);

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    QStackedWidget* pages_;
    QWidget* fields_page_{nullptr};
    QWidget* choices_page_{nullptr};
    NumberPad* pad_{nullptr};
    std::vector<std::pair<int, BigButton*>> fields_;
    QLabel* title_{nullptr};
    std::vector<BigButton*> choices_;
    BigButton* withdraw_{nullptr};
    BigButton* done_{nullptr};
    int open_{0};                  // field number
    std::set<std::string> marked_; // of a list
    std::optional<Patient> patient_; // nothing before the vehicle is heard
};

} // namespace ems::terminal
