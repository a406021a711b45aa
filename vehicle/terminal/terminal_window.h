// The crew's screen: header, the most urgent alarm, a page, and beside it the one big button that
// always names the next state. What the finger did can be taken back for 5 s. All of it fits 1280 x 800
// whatever is said, and every button has its place whether it is offered or not: nothing moves
// under a finger.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/alarm_page.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/changes_page.h"
#include "vehicle/terminal/form_page.h"
#include "vehicle/terminal/header_bar.h"
#include "vehicle/terminal/intercom_panel.h"
#include "vehicle/terminal/notice_board.h"
#include "vehicle/terminal/orders_page.h"
#include "vehicle/terminal/patient_page.h"
#include "vehicle/terminal/task_page.h"
#include "vehicle/terminal/text_choice.h"
#include "vehicle/terminal/vehicle_socket.h"
#include "vehicle/terminal/way_page.h"
#include "vehicle/terminal/way_worker.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <QStackedWidget>
#include <QStringList>
#include <QTimer>
#include <QWidget>

namespace ems::terminal {

enum class Page { task, way, patient, form, orders, alarms };

// What a button means while a finger lies on it.
struct Meaning {
    std::optional<Step> step;
    std::string order_command_id; // empty: no order
    std::string posting_command_id; // empty: none
    std::int64_t fence_us{0}; // that the button showed; it comes and goes without another meaning
    bool operator==(const Meaning& other) const {
        return step == other.step && order_command_id == other.order_command_id &&
               posting_command_id == other.posting_command_id;
    }
};

class TerminalWindow : public QWidget {
    Q_OBJECT
  public:
    // `ring` is called while a new order waits, once a second; may be empty. All references outlive
    // the window. `unit` is how the crew calls itself ("席张01"); empty: the vehicle's id.
    TerminalWindow(const console::Theme& theme, VehicleSocket& vehicle, WayWorker& way,
                   const Clock& clock, const QString& unit, std::function<void()> ring,
                   TextChoice& text);

    void showPage(Page page);
    void setSoundDevice(bool works); // NOLINT: a state, not a choice of behaviour
    [[nodiscard]] Page page() const;
    [[nodiscard]] WayPage& wayPage() { return *way_page_; }
    [[nodiscard]] FormPage& formPage() { return *form_; }
    [[nodiscard]] AlarmPage& alarmPage() { return *alarms_; }
    [[nodiscard]] PatientPage& patientPage() { return *patient_; }
    [[nodiscard]] OrdersPage& ordersPage() { return *orders_; }
    // That leads to the page.
    [[nodiscard]] BigButton& pageButton(Page page) { return *navigation_.at(static_cast<std::size_t>(page)); }
    [[nodiscard]] BigButton& sendEcgButton() { return patient_->sendEcgButton(); }
    [[nodiscard]] BigButton& mainButton() { return *main_; }
    [[nodiscard]] BigButton& undoButton() { return *undo_; }
    [[nodiscard]] BigButton& refuseButton() { return *refuse_; }
    [[nodiscard]] IntercomPanel& intercom() { return *intercom_; }
    [[nodiscard]] BigButton& callButton() { return intercom_->callButton(); }
    [[nodiscard]] BigButton& talkButton() { return intercom_->talkButton(); }
    [[nodiscard]] BigButton& callDispatcherButton() { return intercom_->callDispatcherButton(); }
    [[nodiscard]] TaskPage& taskPage() { return *task_; }
    [[nodiscard]] ChangesPage& changesPage() { return *changes_; }
    // Of next_step.h's places.
    [[nodiscard]] BigButton& otherButton(std::size_t place) { return *others_.at(place); }
    [[nodiscard]] BigButton& outOfServiceButton() { return otherButton(kOutOfServicePlace); }
    // Of the reasons that follow the refuse button.
    [[nodiscard]] BigButton& reasonButton(int index) {
        return *refusals_.buttons.at(static_cast<std::size_t>(index));
    }
    // Leaves the reasons unsaid.
    [[nodiscard]] BigButton& backButton() { return *refusals_.away; }
    // Of those that follow "out of service" beside a patient.
    [[nodiscard]] BigButton& breakdownButton(int index) {
        return *breakdowns_.buttons.at(static_cast<std::size_t>(index));
    }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    // A question with its answers, over the whole page.
    struct Question {
        QWidget* page{nullptr};
        BigButton* away{nullptr};
        std::vector<BigButton*> buttons;
    };
    QWidget* makeActions();
    Question makeQuestion(const QString& title, const QString& what_follows,
                          const QStringList& answers, const QString& back, Step step,
                          const std::function<void(const QString&)>& answered);
    QWidget* makeNavigation();
    void leaveService(Step step, std::int64_t fence_us);
    void resizeTexts();
    [[nodiscard]] QString acceptanceNote() const;
    [[nodiscard]] Meaning meaning(std::optional<Step> step) const;
    [[nodiscard]] static QString label(const vehicle::Status& status, Step step);
    void actAsTouched(BigButton& button, std::function<Meaning()> means,
                      std::function<void(Step, std::int64_t fence_us)> act);
    void refresh();
    void refreshActions(const vehicle::Status& status);
    void showOther(const vehicle::Status& status, std::size_t place);
    void ringOrder(const vehicle::Status& status);
    void ringPosting(const vehicle::Status& status);
    void showChanges(const vehicle::Status& status);
    void askWay(const vehicle::Status& status);

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    WayWorker& way_;
    const Clock& clock_;
    std::function<void()> ring_;
    TextChoice& text_;
    QStackedWidget* pages_{nullptr};
    TaskPage* task_{nullptr};
    ChangesPage* changes_{nullptr};
    WayPage* way_page_{nullptr};
    PatientPage* patient_{nullptr};
    FormPage* form_{nullptr};
    OrdersPage* orders_{nullptr};
    AlarmPage* alarms_{nullptr};
    Question refusals_;
    Question breakdowns_;
    BigButton* main_{nullptr};
    BigButton* undo_{nullptr};
    BigButton* refuse_{nullptr};
    IntercomPanel* intercom_{nullptr};
    std::array<BigButton*, kOtherStepsMax> others_{};
    std::vector<BigButton*> navigation_; // by page
    NoticeBoard* notices_{nullptr};
    QTimer ringing_;
    std::optional<Step> next_;
    std::array<std::optional<Step>, kOtherStepsMax> other_steps_; // by place
    Meaning touched_; // of the button that was pressed last
    std::string shown_order_;
    std::string shown_posting_;
    std::string shown_changes_; // brought to the front, as they came
    std::int64_t asked_way_ms_{0};
    std::optional<WayTarget> asked_way_to_;
};

} // namespace ems::terminal
