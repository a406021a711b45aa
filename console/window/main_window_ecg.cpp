// The physician's ECG: the live sweep, and in its place the page that was frozen, with a strip that runs on above it.
#include "console/window/main_window.h"

#include "console/theme/time_text.h"
#include "console/widgets/controls.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sent_view.h"
#include "console/widgets/ecg_strip.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/news2_view.h"
#include "console/widgets/orders_place.h"
#include "console/widgets/panel.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/sent_ecg_loader.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/words.h"
#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/wire/ecg_mark.h"

#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace ems::console {

namespace {

constexpr int kLowPx = 760; // of a window, below which the ECG and the numbers go first
constexpr int kFootRowPx = 92; // a title and one row of stages
constexpr double kShortS = 0.05; // less than this is said of no record

// Lines that give their room to the page: it has a reading of its own, and a newer ECG stands in the worklist.
void show_lines(const QWidget& physician, bool shown) {
    for (const char* name : {"dockFound", "dockAdvisory", "dockEcgSent"}) {
        auto* box = physician.findChild<QWidget*>(QString::fromLatin1(name));
        EMS_ASSERT(box != nullptr);
        box->setVisible(shown);
    }
}

} // namespace

QWidget* MainWindow::makeEcg() {
    sweep_ = new EcgSweep(desk_);
    sweep_->keepPulsesApart();
    ecg_page_ = new EcgPageView(desk_);
    ecg_strip_ = new EcgStrip(desk_);
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(sweep_, 1);
    layout->addWidget(ecg_strip_);
    layout->addWidget(ecg_page_, 1);
    ecg_strip_->hide();
    ecg_page_->hide();
    connect(ecg_page_, &EcgPageView::left, this, &MainWindow::showLiveEcg);
    connect(ecg_page_, &EcgPageView::changed, this, &MainWindow::refreshEcgTitle);
    sent_ecg_ = new SentEcgLoader(desk_, this);
    connect(sent_ecg_, &SentEcgLoader::loaded, this, &MainWindow::takeSentEcg);
    connect(sent_ecg_, &SentEcgLoader::failed, this,
            [this](const QString& why) { sayOfEcg(tr("The ECG that was sent cannot be shown: %1").arg(why)); });
    connect(ecg_sent_, &EcgSentView::wanted, this, &MainWindow::openSentEcg);
    // A page under the name of another patient is worse than none.
    connect(&desk_, &Desk::selectionChanged, this, [this] {
        sent_ecg_->forget();
        if (isFrozen() && ecg_page_->record()->incident_id != desk_.state().selected_incident()) {
            showLiveEcg();
        }
    });
    return box;
}

bool MainWindow::isFrozen() const {
    return ecg_page_->record().has_value();
}

void MainWindow::toggleFreeze() {
    const bool seen = view() == View::physician || views_->indexOf(physician_) < 0;
    ecg_said_.clear();
    if (isFrozen() || !seen) {
        showLiveEcg();
        return;
    }
    auto record = freeze(desk_.ecg());
    if (!record) {
        sayOfEcg(tr("There is no ECG to freeze yet"));
        return;
    }
    showFrozen(std::move(*record));
}

void MainWindow::showFrozen(EcgRecord record) {
    EMS_LOG(info, "desk", "ecg frozen record={} incident={} by={}", record_id(record), record.incident_id,
            desk_.state().login().user());
    below_ecg_->hide();
    show_lines(*physician_, false);
    ecg_page_->showRecord(std::move(record));
    sweep_->hide();
    ecg_strip_->show();
    ecg_page_->show();
    giveRoomToEcg();
    ecg_page_->setFocus(Qt::ShortcutFocusReason);
}

// What the crew sent of the patient shown: out of the live buffer while it holds it, else out of the record.
void MainWindow::openSentEcg() {
    showView(View::physician);
    const auto* mark = ecg_sent_->mark();
    if (mark == nullptr) {
        sayOfEcg(tr("The crew has sent no ECG of this case"));
        return;
    }
    const api::LiveEcgMark wanted = *mark;
    showLiveEcg(); // the page of before says nothing of this one
    auto record = freeze_stretch(desk_.ecg(), wanted.mark().from_us(), ems::wire::ecg_mark_end_us(wanted.mark()));
    if (record) {
        ecg_sent_->noteOpened(wanted.event_id());
        showFrozen(std::move(*record));
        return;
    }
    sayOfEcg(tr("Fetching the ECG that the crew sent…"));
    sent_ecg_->load(wanted);
}

void MainWindow::takeSentEcg(const EcgRecord& record, const std::string& event_id) {
    const auto* mark = ecg_sent_->mark();
    if (mark == nullptr || record.incident_id != desk_.state().selected_incident() || record.unit_id != mark->unit_id()) {
        return; // of a patient who is not shown any more
    }
    ecg_said_.clear();
    ecg_sent_->noteOpened(event_id);
    showFrozen(record);
}

void MainWindow::showLiveEcg() {
    if (!isFrozen()) {
        return;
    }
    ecg_said_.clear();
    ecg_page_->forget();
    ecg_page_->hide();
    ecg_strip_->hide();
    sweep_->show();
    below_ecg_->show();
    show_lines(*physician_, true);
    giveRoomToEcg();
    refreshEcgTitle();
}

void MainWindow::giveRoomToEcg() {
    const bool low = physician_->window()->height() < kLowPx;
    const Room room = low || isFrozen() ? Room::one_row : Room::ample;
    // its panel lies below the fold or under the page
    physician_->findChild<PatientBar*>()->setScore(room == Room::one_row ? news2_view_->brief() : QString{});
    if (room == foot_room_) {
        return;
    }
    foot_room_ = room;
    if (room == Room::one_row) {
        foot_height_ = stages_.dock->height();
    }
    stages_.dock->findChild<TimelineView*>()->setRoom(room);
    orders_.dock->findChild<OrdersPlace*>()->setRoom(room);
    physician_->resizeDocks({stages_.dock}, {room == Room::ample ? foot_height_ : kFootRowPx}, Qt::Vertical);
}

void MainWindow::printEcg() {
    if (!isFrozen()) {
        sayOfEcg(tr("Only a frozen page can be printed: Ctrl+F"));
        return;
    }
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString path = QFileDialog::getSaveFileName(this, tr("Print the ECG to PDF"),
                                                      QDir{folder}.filePath(ecg_page_->fileName()), QStringLiteral("PDF (*.pdf)"));
    if (path.isEmpty()) {
        return;
    }
    if (const auto printed = ecg_page_->print(path); !printed) {
        EMS_LOG(warn, "desk", "ecg not printed: {}", printed.error().message());
        sayOfEcg(tr("Not printed: %1").arg(qs(printed.error().detail)));
        return;
    }
    sayOfEcg(tr("Printed to %1").arg(QFileInfo{path}.fileName()));
}

void MainWindow::addEcgButtons() {
    const auto add = [this](const char* key, auto act) {
        auto* button = new KeyButton(desk_.theme(), {}, QString::fromLatin1(key), ButtonKind::plain);
        button->setFocusPolicy(Qt::NoFocus); // the page keeps its keys
        connect(button, &KeyButton::clicked, this, act);
        ecg_.title->addControl(button);
        return button;
    };
    ecg_speed_ = add("Ctrl+S", &MainWindow::nextEcgSpeed);
    ecg_gain_ = add("Ctrl+G", &MainWindow::nextEcgGain);
    ecg_band_ = add("Ctrl+B", &MainWindow::switchEcgBand);
    refreshEcgButtons();
}

void MainWindow::refreshEcgButtons() {
    const signal::EcgScale scale = desk_.ecg().scale();
    const auto band = isFrozen() ? ecg_page_->band() : desk_.ecg().band();
    bool changed = false;
    const auto say = [&](KeyButton* button, const QString& text, const QString& name) {
        if (button->text() != text) {
            button->setText(text);
            button->setAccessibleName(name);
            changed = true;
        }
    };
    say(ecg_speed_, qs(signal::speed_text(scale)), tr("ECG speed %1").arg(qs(signal::speed_text(scale))));
    say(ecg_gain_, qs(signal::gain_text(scale)), tr("ECG gain %1").arg(qs(signal::gain_text(scale))));
    const QString word = band == signal::EcgBand::monitor ? tr("monitor") : tr("diagnostic");
    say(ecg_band_, word, tr("ECG band: %1").arg(word));
    if (changed) {
        ecg_.title->placeControls();
    }
}

void MainWindow::setEcgScale(signal::EcgScale scale) {
    desk_.ecg().set_scale(scale);
    if (isFrozen()) {
        ecg_page_->takeScale();
    } else {
        sweep_->advance(desk_.monotonicS()); // in the same blink
    }
    refreshEcgTitle();
}

void MainWindow::nextEcgSpeed() {
    setEcgScale(signal::next_speed(desk_.ecg().scale()));
}

void MainWindow::nextEcgGain() {
    setEcgScale(signal::next_gain(desk_.ecg().scale()));
}

void MainWindow::switchEcgBand() {
    if (isFrozen()) {
        ecg_page_->switchBand();
    } else {
        sweep_->switchBand();
    }
    refreshEcgTitle();
}

// Stands in the title until the ECG changes between live and frozen.
void MainWindow::sayOfEcg(const QString& text) {
    ecg_said_ = text;
    refreshEcgTitle();
}

void MainWindow::refreshEcgTitle() {
    const auto& state = desk_.state();
    refreshEcgButtons();
    if (isFrozen()) {
        const EcgRecord& record = *ecg_page_->record();
        ecg_.title->setName(tr("12-lead page, frozen"));
        const double length_s = page_length_s(record);
        QString what = qs(record_id(record));
        if (length_s < signal::kPageSeconds - kShortS) {
            what = tr("record %1 s").arg(length_s, 0, 'f', 1) + QStringLiteral(" · ") + what;
        }
        const QString note = tr("from %1 · %2").arg(qs(clock_text(record.page_us)), what);
        ecg_.title->setNote(ecg_said_.isEmpty() ? note : ecg_said_);
        ecg_.title->setRight(ecg_page_->band() == signal::EcgBand::diagnostic
                                 ? tr("automatic reading, to be confirmed by a physician")
                                 : tr("monitor band, not for ST diagnosis"),
                             Weight::bold);
        ecg_.title->setKeys({tr("Esc live")});
        return;
    }
    ecg_.title->setName(tr("12 leads live"));
    ecg_.title->setKeys({tr("Ctrl+F freeze")});
    const EcgFeed& ecg = desk_.ecg();
    QString note;
    QString right = ecg.band() == signal::EcgBand::monitor ? tr("monitor band, not for ST diagnosis") : tr("diagnostic band");
    if (!ecg.empty()) {
        note += tr("%1 Hz").arg(ecg.rate_hz(), 0, 'f', 0);
        note += ecg.simulated() ? QStringLiteral("　") + tr("simulated signal") : QString{};
        const double delay_s =
            static_cast<double>(state.server_us(desk_.localUs()) - ecg.newest_device_us()) / 1e6 + EcgFeed::kDelayS;
        right += QStringLiteral("　") + tr("delay %1 s").arg(delay_s, 0, 'f', 1);
    }
    ecg_.title->setRight(right, Weight::bold);
    ecg_.title->setNote(ecg_said_.isEmpty() ? note : ecg_said_);
}

} // namespace ems::console
