// The physician's ECG: the live sweep, and in its place the page that was frozen.
#include "console/window/main_window.h"

#include "console/theme/time_text.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/panel.h"
#include "console/widgets/words.h"
#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStackedWidget>
#include <QStandardPaths>

namespace ems::console {

namespace {

// Gives its room to the page, which has a reading of its own.
QWidget& advisory_of(const QWidget& physician) {
    auto* box = physician.findChild<QWidget*>(QStringLiteral("dockAdvisory"));
    EMS_ASSERT(box != nullptr);
    return *box;
}

} // namespace

QWidget* MainWindow::makeEcg() {
    sweep_ = new EcgSweep(desk_);
    ecg_page_ = new EcgPageView(desk_);
    ecg_stack_ = new QStackedWidget;
    ecg_stack_->addWidget(sweep_);
    ecg_stack_->addWidget(ecg_page_);
    connect(ecg_page_, &EcgPageView::left, this, &MainWindow::showLiveEcg);
    connect(ecg_page_, &EcgPageView::changed, this, &MainWindow::refreshEcgTitle);
    // A page under the name of another patient is worse than none.
    connect(&desk_, &Desk::selectionChanged, this, [this] {
        if (isFrozen() && ecg_page_->record()->incident_id != desk_.state().selected_incident()) {
            showLiveEcg();
        }
    });
    return ecg_stack_;
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
    EMS_LOG(info, "desk", "ecg frozen record={} incident={} by={}", record_id(*record), record->incident_id,
            desk_.state().login().user());
    below_ecg_->hide();
    advisory_of(*physician_).hide();
    ecg_stack_->setCurrentWidget(ecg_page_);
    ecg_page_->showRecord(std::move(*record));
    ecg_page_->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::showLiveEcg() {
    if (!isFrozen()) {
        return;
    }
    ecg_said_.clear();
    ecg_page_->forget();
    ecg_stack_->setCurrentWidget(sweep_);
    below_ecg_->show();
    advisory_of(*physician_).show();
    refreshEcgTitle();
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

// Stands in the title until the ECG changes between live and frozen.
void MainWindow::sayOfEcg(const QString& text) {
    ecg_said_ = text;
    refreshEcgTitle();
}

void MainWindow::refreshEcgTitle() {
    const auto& state = desk_.state();
    if (isFrozen()) {
        const EcgRecord& record = *ecg_page_->record();
        ecg_.title->setName(tr("12-lead page, frozen"));
        const QString note = tr("from %1 · %2 · 25 mm/s　10 mm/mV").arg(qs(clock_text(record.page_us)), qs(record_id(record)));
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
    QString note = tr("25 mm/s　10 mm/mV");
    QString right = ecg.band() == signal::EcgBand::monitor ? tr("monitor band, not for ST diagnosis") : tr("diagnostic band");
    if (!ecg.empty()) {
        note += QStringLiteral("　") + tr("%1 Hz").arg(ecg.rate_hz(), 0, 'f', 0);
        note += ecg.simulated() ? QStringLiteral("　") + tr("simulated signal") : QString{};
        const double delay_s =
            static_cast<double>(state.server_us(desk_.localUs()) - ecg.newest_device_us()) / 1e6 + EcgFeed::kDelayS;
        right += QStringLiteral("　") + tr("delay %1 s").arg(delay_s, 0, 'f', 1);
    }
    ecg_.title->setRight(right, Weight::bold);
    ecg_.title->setNote(ecg_said_.isEmpty() ? note : ecg_said_);
}

} // namespace ems::console
