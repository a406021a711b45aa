// The frame of a dock: a painted title of 28 px and a body. When the server is lost, a panel that it feeds turns its
// title inverse, says since when, and frames its body; nothing in it looks current any more. In a drill each has its line.
#pragma once

#include "console/widgets/desk.h"

#include <QList>
#include <QStringList>
#include <QWidget>

namespace ems::console {

enum class FedBy { server, desk };

class PanelTitle : public QWidget {
    Q_OBJECT
  public:
    PanelTitle(Desk& desk, QString name, FedBy fed_by, QWidget* parent = nullptr);
    void setNote(const QString& note);
    [[nodiscard]] const QString& note() const { return note_; }
    void setRight(const QString& text, Weight weight = Weight::normal);
    void setName(const QString& name);
    // Said behind when the panel stopped; empty: that it is read only.
    void setStaleNote(const QString& note);
    // Keys printed at the right end, the last one outermost.
    void setKeys(const QStringList& keys);
    [[nodiscard]] const QStringList& keys() const { return keys_; }
    // Stands behind the name, the last one outermost; as wide as it wants to be.
    void addControl(QWidget* control);
    // After what a control says has changed.
    void placeControls();
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    [[nodiscard]] int controlsLeft() const;
    Desk& desk_;
    QString name_;
    QString note_;
    QString stale_note_;
    QString right_;
    Weight right_weight_{Weight::normal};
    QStringList keys_;
    QList<QWidget*> controls_;
    FedBy fed_by_;
};

// Holds the body and paints the stale frame and a drill's line over it.
class PanelBody : public QWidget {
    Q_OBJECT
  public:
    PanelBody(Desk& desk, QWidget* content, FedBy fed_by, QWidget* parent = nullptr);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    Desk& desk_;
    QWidget* content_;
    QWidget* frame_;
};

} // namespace ems::console
