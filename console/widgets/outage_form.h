// Ctrl+R while no server takes orders: writes down what was done by voice. A digit says what it was, one line says the rest and is
// read as the command line reads it (Tab completes), Enter records it with the time of this machine, Esc closes and keeps the text,
// which a crash does not take either.
#pragma once

#include "console/widgets/controls.h"
#include "console/widgets/outage_store.h"
#include "console/widgets/outage_words.h"

#include <QWidget>

namespace ems::console {

class KeptField;

class OutageForm : public QWidget {
    Q_OBJECT
  public:
    OutageForm(Desk& desk, OutageStore& store, QWidget* parent);
    // Null: names are compared by their characters alone.
    void setPlaces(const PlaceSearch* places);
    // A line that is not recorded yet is kept in this file with what it is of, and stands here again after a crash; empty: not
    // kept.
    void keepLine(const QString& path);
    // What was typed a moment ago is kept without waiting.
    void storeNow();
    // Something stands here that is not recorded.
    [[nodiscard]] bool holdsLine() const { return !line_->text().isEmpty(); }
    // Takes the focus, in the choice of what was done.
    void begin();
    // What Enter would record, or what is missing for it, or what was recorded last.
    [[nodiscard]] const QString& said() const { return said_; }

  signals:
    void closed();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    [[nodiscard]] OutageDeed deed() const;
    void read();
    void record();
    void takeCompletion();
    bool takeKey(int key);
    void paintCompletions(QPainter& p, double top) const;

    Desk& desk_;
    OutageStore& store_;
    CommandWords words_;
    NameMatch names_;
    const PlaceSearch* places_{nullptr};
    OutageReading reading_;
    std::size_t chosen_{0}; // completion
    QString said_;
    SegmentField* deed_;
    TextField* line_;
    KeptField* kept_{nullptr}; // of the line and its deed; null: it is not kept
};

} // namespace ems::console
