// Ctrl+R: what is done by voice while no server takes orders is written down, and held against the server's word afterwards.
#include "console/window/main_window.h"

#include "console/theme/metrics.h"
#include "console/widgets/outage_form.h"
#include "console/widgets/outage_list.h"
#include "console/widgets/recommend_view.h"

#include <algorithm>

#include <QApplication>
#include <QLayout>
#include <QShortcut>
#include <QStackedWidget>

namespace ems::console {
namespace {

constexpr int kFormWidth = 760;
constexpr int kCallFormWidth = 440; // stays free: a case on paper becomes a call there
constexpr int kListLeast = 620;

} // namespace

void MainWindow::buildOutage(const QString& path) {
    outage_ = new OutageStore(path, this);
    recommend_stack_->findChild<FallbackView*>()->setRecord(&outage_->record());
    record_ = new KeyButton(desk_.theme(), tr("Record"), QStringLiteral("Ctrl+R"), ButtonKind::main);
    record_->setObjectName(QStringLiteral("recordOutage"));
    record_->hide();
    add_->parentWidget()->layout()->addWidget(record_);
    connect(record_, &KeyButton::clicked, this, &MainWindow::toggleOutage);
    outage_form_ = new OutageForm(desk_, *outage_, this);
    outage_form_->keepLine(path.isEmpty() ? QString{} : path + QStringLiteral("-line"));
    outage_form_->hide();
    connect(outage_form_, &OutageForm::closed, this, &MainWindow::closeOutageForm);
    outage_list_ = new OutageList(desk_, *outage_, this);
    outage_list_->hide();
    connect(outage_list_, &OutageList::closed, this, &MainWindow::closeOutageList);
    connect(outage_list_, &OutageList::commandBegun, this, &MainWindow::beginLine); // the list stays, to go on in
    connect(outage_list_, &OutageList::callBegun, this, [this](const QString& text) {
        showView(View::dispatcher);
        form_->startCallOf(text);
    });
    connect(command_, &CommandBar::ran, this, [this] {
        if (outage_list_->isVisible()) {
            outage_list_->begin(); // what was sent is held against the server's answer there
        }
    });
    connect(outage_, &OutageStore::changed, this, [this] {
        watchOutage();
        recommend_stack_->currentWidget()->update();
    });
    connect(&desk_, &Desk::stateChanged, this, &MainWindow::watchOutage);
    connect(&desk_, &Desk::ticked, this, &MainWindow::watchOutage);
    auto* shortcut = new QShortcut(Qt::CTRL | Qt::Key_R, this);
    shortcut->setContext(Qt::ApplicationShortcut);
    shortcut->setAutoRepeat(false);
    connect(shortcut, &QShortcut::activated, this, &MainWindow::toggleOutage);
    placeOutage();
}

// The form lies over the stages, which stand still then; the list over the map, beside the call form.
void MainWindow::placeOutage() {
    const int foot = metrics::kCommandLineHeight + metrics::kStatusStripHeight;
    const int form_width = std::min(kFormWidth, width());
    outage_form_->setGeometry((width() - form_width) / 2, height() - foot - outage_form_->height(), form_width, outage_form_->height());
    const QSize wanted = outage_list_->sizeHint();
    const int wide = std::min({wanted.width(), std::max(kListLeast, width() - kCallFormWidth), width()});
    const int tall = std::min(wanted.height(), height() - barsHeight() - foot);
    outage_list_->setGeometry(width() - wide, barsHeight(), wide, tall);
}

void MainWindow::watchOutage() {
    const bool has_entries = !outage_->record().entries().empty();
    const bool is_there = desk_.isLive() && desk_.state().has_data();
    record_->setVisible(desk_.isStale() || (is_there && (has_entries || outage_form_->holdsLine()))); // a line half written is not lost
    record_->setLabel(desk_.isStale() || !has_entries ? tr("Record") : tr("Compare %1").arg(outage_->record().entries().size()));
    if (!is_there) {
        outage_due_ = true;
        if (outage_list_->isVisible()) {
            closeOutageList(); // there is nothing to compare with
        }
    } else if (outage_due_) {
        outage_due_ = false;
        if (has_entries) {
            openOutageList(Qt::NoFocusReason); // what is being typed goes on
        }
    }
    placeOutage();
}

void MainWindow::toggleOutage() {
    if (outage_form_->isVisible()) {
        closeOutageForm();
    } else if (outage_list_->isVisible() && outage_list_->hasFocus()) {
        closeOutageList();
    } else if (!desk_.takesOrders()) {
        openOutageForm();
    } else if (!outage_->record().entries().empty()) {
        openOutageList(Qt::ShortcutFocusReason);
    } else if (outage_form_->holdsLine()) {
        openOutageForm();
    } else {
        desk_.refuse(tr("Nothing is recorded: the server takes orders, and Ctrl+R records while it does not"));
    }
}

void MainWindow::openOutageForm() {
    before_outage_ = QApplication::focusWidget();
    placeOutage();
    outage_form_->show();
    outage_form_->raise();
    outage_form_->begin();
}

void MainWindow::closeOutageForm() {
    outage_form_->hide();
    if (before_outage_) {
        before_outage_->setFocus(Qt::OtherFocusReason);
    }
}

void MainWindow::openOutageList(Qt::FocusReason reason) {
    placeOutage();
    outage_list_->show();
    outage_list_->raise();
    if (reason != Qt::NoFocusReason) {
        before_outage_ = QApplication::focusWidget();
        outage_list_->begin();
    }
}

void MainWindow::closeOutageList() {
    const bool had_focus = outage_list_->hasFocus();
    outage_list_->hide();
    outage_->closeList();
    if (had_focus && before_outage_) {
        before_outage_->setFocus(Qt::OtherFocusReason);
    }
}

} // namespace ems::console
