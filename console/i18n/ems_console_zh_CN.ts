<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ems::console::AlarmBar</name>
    <message>
        <source>Alarms</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>screen stopped at %1</source>
        <translation>画面停在 %1</translation>
    </message>
    <message>
        <source>attempt %1; dispatch by telephone or radio</source>
        <translation>第 %1 次重连；请用电话或电台派车</translation>
    </message>
    <message>
        <source>delay %1</source>
        <translation>延时 %1</translation>
    </message>
    <message>
        <source>ended, not acknowledged</source>
        <translation>已恢复，待确认</translation>
    </message>
    <message>
        <source>%1 %2 acknowledged</source>
        <translation>%1 %2 已确认</translation>
    </message>
    <message>
        <source>technical</source>
        <translation>技术</translation>
    </message>
    <message>
        <source>EMS 120</source>
        <translation>盐湖 120</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>%1 earlier alarms put away</source>
        <translation>断开前告警 %1 条已收起</translation>
    </message>
</context>
<context>
    <name>ems::terminal::AlarmPage</name>
    <message>
        <source>Pause all sounds 2 min</source>
        <translation>全部静音 2 min</translation>
    </message>
    <message>
        <source>All sounds on again</source>
        <translation>恢复全部声音</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>no alarm stands on board</source>
        <translation>车上无报警</translation>
    </message>
    <message>
        <source>over, to be acknowledged</source>
        <translation>已恢复，待确认</translation>
    </message>
    <message>
        <source>sounds again in %1 s</source>
        <translation>%1 s 后恢复声音</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>已持续 %1</translation>
    </message>
    <message>
        <source>%1 more, less urgent</source>
        <translation>另有 %1 条，级别较低</translation>
    </message>
</context>
<context>
    <name>ems::terminal::AlarmStrip</name>
    <message>
        <source>over, to be acknowledged</source>
        <translation>已恢复，待确认</translation>
    </message>
    <message>
        <source>as of %1 ago</source>
        <translation>%1 前所见</translation>
    </message>
</context>
<context>
    <name>ems::console::CallForm</name>
    <message>
        <source>Call form</source>
        <translation>受理单</translation>
    </message>
    <message>
        <source>Caller&apos;s telephone</source>
        <translation>主叫电话</translation>
    </message>
    <message>
        <source>Patient&apos;s name</source>
        <translation>患者姓名</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>核实</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>定位</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>年龄</translation>
    </message>
    <message>
        <source>years</source>
        <translation>岁</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>主诉</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>立案</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Case %1 opened</source>
        <translation>事件 %1 已立案</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>主叫</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Opened %1 · state %2 · changes are sent as each field is left</source>
        <translation>立案 %1 · %2 · 改动离开栏目即上传</translation>
    </message>
    <message>
        <source>open</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>unit sent</source>
        <translation>已派车</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Answered %1 · for %2</source>
        <translation>摘机 %1 · 已 %2</translation>
    </message>
    <message>
        <source>sealed</source>
        <translation>已加密</translation>
    </message>
    <message>
        <source>F3, or double click on the map</source>
        <translation>F3，或双击地图</translation>
    </message>
    <message>
        <source>Call form %1</source>
        <translation>受理单 %1</translation>
    </message>
    <message>
        <source>stored here %1</source>
        <translation>已存 %1</translation>
    </message>
    <message>
        <source>name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>telephone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>No place of the map is named in the address</source>
        <translation>地址中没有图上的地名</translation>
    </message>
    <message>
        <source>Position taken from %1</source>
        <translation>定位取自 %1</translation>
    </message>
    <message>
        <source>Not connected: the change was not sent</source>
        <translation>未连接：改动未上传</translation>
    </message>
    <message>
        <source>Missing: %1</source>
        <translation>缺：%1</translation>
    </message>
    <message>
        <source>position</source>
        <translation>定位</translation>
    </message>
    <message>
        <source>level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>complaint</source>
        <translation>主诉</translation>
    </message>
    <message>
        <source>Not connected: stored on this machine, press again when connected</source>
        <translation>未连接：已存本机，连上后请重按</translation>
    </message>
    <message>
        <source>The form could not be stored on this machine</source>
        <translation>受理单未能存到本机</translation>
    </message>
    <message>
        <source>Form of an unfinished call restored</source>
        <translation>已恢复未完成的受理单</translation>
    </message>
    <message>
        <source>server takes no orders</source>
        <translation>服务器不受理</translation>
    </message>
    <message>
        <source>No answer: press again, the case is opened only once</source>
        <translation>无应答：请再按一次，事件只会建立一次</translation>
    </message>
    <message>
        <source>%1 put aside (Shift+F2)</source>
        <translation>另存 %1 张（Shift+F2）</translation>
    </message>
    <message>
        <source>The last call is being sent</source>
        <translation>上一来电正在发送</translation>
    </message>
    <message>
        <source>Too many unfinished calls are put aside</source>
        <translation>未完成的受理单过多</translation>
    </message>
    <message>
        <source>No unfinished call is put aside</source>
        <translation>没有未完成的受理单</translation>
    </message>
    <message>
        <source>Sent, no answer yet</source>
        <translation>已发送，等待应答</translation>
    </message>
</context>
<context>
    <name>ems::console::EcgSweep</name>
    <message>
        <source>Live ECG, twelve leads</source>
        <translation>12 导联实时心电</translation>
    </message>
    <message>
        <source>lead off</source>
        <translation>脱落</translation>
    </message>
    <message>
        <source>No unit on this case</source>
        <translation>此事件尚无车组</translation>
    </message>
    <message>
        <source>No ECG received yet</source>
        <translation>尚未收到心电</translation>
    </message>
    <message>
        <source>× ECG stopped for %1 s</source>
        <translation>× 心电已停 %1 s</translation>
    </message>
    <message>
        <source>25 mm/s   10 mm/mV   no filter</source>
        <translation>25 mm/s   10 mm/mV   未滤波</translation>
    </message>
    <message>
        <source>monitor %1 Hz, not for ST</source>
        <translation>监护 %1 Hz，不可判读ST</translation>
    </message>
    <message>
        <source>diagnostic %1 Hz</source>
        <translation>诊断 %1 Hz</translation>
    </message>
    <message>
        <source>%1 Hz, not of diagnostic quality</source>
        <translation>%1 Hz，非诊断质量</translation>
    </message>
    <message>
        <source>50 Hz notch</source>
        <translation>50 Hz 陷波</translation>
    </message>
    <message>
        <source>no notch</source>
        <translation>无陷波</translation>
    </message>
</context>
<context>
    <name>ems::console::FallbackView</name>
    <message>
        <source>Units as last known</source>
        <translation>车组最后所知</translation>
    </message>
    <message>
        <source>Dispatch by telephone or radio, record it afterwards</source>
        <translation>改用电话或电台派车，事后补录</translation>
    </message>
    <message>
        <source>No recommendation: positions are old. Last known below, verify before sending.</source>
        <translation>推荐已停用：位置未更新。下表为断开前最后所知，先核实再派。</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>Last state</source>
        <translation>最后状态</translation>
    </message>
    <message>
        <source>Last position</source>
        <translation>最后位置</translation>
    </message>
    <message>
        <source>Position at</source>
        <translation>位置时刻</translation>
    </message>
</context>
<context>
    <name>ems::terminal::HeaderBar</name>
    <message>
        <source>vehicle computer silent %1 s</source>
        <translation>车载主机无应答 %1 s</translation>
    </message>
    <message>
        <source>waiting for the vehicle computer</source>
        <translation>等待车载主机</translation>
    </message>
    <message>
        <source>centre connected</source>
        <translation>■ 指挥中心已连接</translation>
    </message>
    <message>
        <source>no link to the centre</source>
        <translation>× 与指挥中心断开</translation>
    </message>
    <message>
        <source>%1 records kept to be sent</source>
        <translation>已存 %1 条待传</translation>
    </message>
    <message>
        <source>position good</source>
        <translation>定位正常</translation>
    </message>
    <message>
        <source>no position</source>
        <translation>无定位</translation>
    </message>
    <message>
        <source>disk fails: do not cut the power</source>
        <translation>存储故障：勿断电</translation>
    </message>
    <message>
        <source>%1 presses wait</source>
        <translation>%1 次操作待存</translation>
    </message>
</context>
<context>
    <name>ems::console::LoginDialog</name>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>EMS 120 log-in</source>
        <translation>盐湖 120 登录</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
</context>
<context>
    <name>ems::console::MainWindow</name>
    <message>
        <source>EMS 120</source>
        <translation>盐湖 120</translation>
    </message>
    <message>
        <source>Dispatch</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Call queue</source>
        <translation>呼叫队列</translation>
    </message>
    <message>
        <source>F2 new call</source>
        <translation>F2 受理</translation>
    </message>
    <message>
        <source>F6 next</source>
        <translation>F6 下一个</translation>
    </message>
    <message>
        <source>Call form</source>
        <translation>受理单</translation>
    </message>
    <message>
        <source>Incident timeline</source>
        <translation>事件时间轴</translation>
    </message>
    <message>
        <source>Recommended units</source>
        <translation>推荐车组</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>12 leads live</source>
        <translation>12 导联实时</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Running cases</source>
        <translation>工作列表</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>1 crew asked for</source>
        <translation>1 指名车组</translation>
    </message>
    <message>
        <source>2 better equipped</source>
        <translation>2 装备更合适</translation>
    </message>
    <message>
        <source>3 road closed</source>
        <translation>3 道路不通</translation>
    </message>
    <message>
        <source>4 position not right</source>
        <translation>4 位置不符</translation>
    </message>
    <message>
        <source>5 keeps a zone covered</source>
        <translation>5 保留辖区覆盖</translation>
    </message>
    <message>
        <source>Not the first of the list</source>
        <translation>未选首位</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>no incident selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>no unit chosen</source>
        <translation>未选车组</translation>
    </message>
    <message>
        <source>Dispatch %1 → %2</source>
        <translation>派 %1 → %2</translation>
    </message>
    <message>
        <source>positions %1 / %2 fresh</source>
        <translation>点位 %1 / %2 新鲜</translation>
    </message>
    <message>
        <source>free %1 · on task %2 · off %3</source>
        <translation>待命 %1 · 任务 %2 · 停用 %3</translation>
    </message>
    <message>
        <source>Emergency dispatch</source>
        <translation>应急派车</translation>
    </message>
    <message>
        <source>last known %1 · lost for %2</source>
        <translation>末知 %1 · 断开 %2</translation>
    </message>
    <message>
        <source>%1 · computed %2</source>
        <translation>%1 · 算于 %2</translation>
    </message>
    <message>
        <source>%1 old, F5</source>
        <translation>已 %1，F5 重算</translation>
    </message>
    <message>
        <source>▍15 min line</source>
        <translation>▍15 min 线</translation>
    </message>
    <message>
        <source>25 mm/s&#x3000;10 mm/mV</source>
        <translation>25 mm/s&#x3000;10 mm/mV</translation>
    </message>
    <message>
        <source>%1 Hz</source>
        <translation>%1 Hz</translation>
    </message>
    <message>
        <source>simulated signal</source>
        <translation>模拟信号</translation>
    </message>
    <message>
        <source>monitor band, not for ST diagnosis</source>
        <translation>监护带宽，不作 ST 诊断</translation>
    </message>
    <message>
        <source>delay %1 s</source>
        <translation>延时 %1 s</translation>
    </message>
    <message>
        <source>server takes no orders</source>
        <translation>服务器不受理</translation>
    </message>
    <message>
        <source>Reason for sending %1 to %2</source>
        <translation>派 %1 往 %2 的原因</translation>
    </message>
    <message>
        <source>Not sent: the order had changed to: %1</source>
        <translation>未发送：派车内容已变为 %1</translation>
    </message>
    <message>
        <source>Not sent: the case or the link has changed</source>
        <translation>未发送：事件或连接已变化</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>已变更</translation>
    </message>
    <message>
        <source>adult · SpO₂ scale 1 · advisory</source>
        <translation>成人 · SpO₂ 1 档 · 仅供参考</translation>
    </message>
</context>
<context>
    <name>ems::console::MapView</name>
    <message>
        <source>Routes</source>
        <translation>路线</translation>
    </message>
    <message>
        <source>Villages</source>
        <translation>村名</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>District</source>
        <translation>全区</translation>
    </message>
    <message>
        <source>%1 arrives %2 · computed %3</source>
        <translation>%1 %2 到 · 算于 %3</translation>
    </message>
    <message>
        <source>%1 in %2 · computed %3</source>
        <translation>%1 需 %2 · 算于 %3</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>North up · WGS-84</source>
        <translation>北向上 · WGS-84</translation>
    </message>
</context>
<context>
    <name>ems::console::NumericsView</name>
    <message>
        <source>Vital signs</source>
        <translation>生命体征</translation>
    </message>
</context>
<context>
    <name>ems::console::PanelTitle</name>
    <message>
        <source>stopped at %1 · for %2 · read only</source>
        <translation>停在 %1 · 已 %2 · 只读</translation>
    </message>
</context>
<context>
    <name>ems::console::PatientBar</name>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>No case selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1 岁</translation>
    </message>
    <message>
        <source>first contact %1</source>
        <translation>首次接触 %1</translation>
    </message>
    <message>
        <source>left scene %1</source>
        <translation>离开现场 %1</translation>
    </message>
</context>
<context>
    <name>ems::terminal::PatientPage</name>
    <message>
        <source>was %1, %2 ago</source>
        <translation>曾为 %1，%2 前</translation>
    </message>
    <message>
        <source>monitor has no value</source>
        <translation>监护仪无数值</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测</translation>
    </message>
    <message>
        <source>no order</source>
        <translation>无任务</translation>
    </message>
    <message>
        <source>Heart rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>SpO₂</source>
        <translation>SpO₂</translation>
    </message>
    <message>
        <source>Respiration</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>NIBP</source>
        <translation>NIBP</translation>
    </message>
    <message>
        <source>EtCO₂</source>
        <translation>EtCO₂</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>体温</translation>
    </message>
</context>
<context>
    <name>ems::console::PlaceList</name>
    <message>
        <source>near %1</source>
        <translation>%1附近</translation>
    </message>
    <message>
        <source>sounds alike</source>
        <translation>同音</translation>
    </message>
    <message>
        <source>one letter differs</source>
        <translation>差一字</translation>
    </message>
    <message>
        <source>only the beginning</source>
        <translation>仅前部相符</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>找到的地点</translation>
    </message>
    <message>
        <source>↑ ↓ choose · Enter takes it · Esc closes</source>
        <translation>↑ ↓ 选择 · Enter 采用 · Esc 关闭</translation>
    </message>
</context>
<context>
    <name>ems::console::QueueView</name>
    <message>
        <source>Call queue</source>
        <translation>呼叫队列</translation>
    </message>
    <message>
        <source>Waiting %1</source>
        <translation>待处理 %1</translation>
    </message>
    <message>
        <source>Dispatched %1</source>
        <translation>已派 %1</translation>
    </message>
    <message>
        <source>longest wait %1</source>
        <translation>最长等待 %1</translation>
    </message>
    <message>
        <source>by level, duration</source>
        <translation>按级别、时长</translation>
    </message>
    <message>
        <source>No open incident</source>
        <translation>无未结事件</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
</context>
<context>
    <name>ems::console::RecommendView</name>
    <message>
        <source>Recommended units</source>
        <translation>推荐车组</translation>
    </message>
    <message>
        <source>straight line %1, rank %2 in line</source>
        <translation>直线 %1，直线第 %2</translation>
    </message>
    <message>
        <source>nearer in line, slower by road</source>
        <translation>直线更近，走路更慢</translation>
    </message>
    <message>
        <source>position %1 old</source>
        <translation>位置已 %1</translation>
    </message>
    <message>
        <source>arr. %1</source>
        <translation>%1 到</translation>
    </message>
    <message>
        <source>beyond 15 min</source>
        <translation>超 15 min</translation>
    </message>
    <message>
        <source>turnout %1 s ＋ drive %2 s</source>
        <translation>出车 %1 s ＋ 行驶 %2 s</translation>
    </message>
    <message>
        <source>No incident selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>No recommendation yet · F5</source>
        <translation>尚无推荐 · F5</translation>
    </message>
    <message>
        <source>Roads not available, straight line x 1.4: %1</source>
        <translation>路网不可用，按直线 ×1.4 估：%1</translation>
    </message>
</context>
<context>
    <name>ems::console::StatusStrip</name>
    <message>
        <source>Links and clock</source>
        <translation>链路与时钟</translation>
    </message>
    <message>
        <source>server clock</source>
        <translation>服务器时</translation>
    </message>
    <message>
        <source>this machine&apos;s clock · not checked</source>
        <translation>本机钟 · 未校</translation>
    </message>
    <message>
        <source>night theme</source>
        <translation>夜间主题</translation>
    </message>
    <message>
        <source>day theme</source>
        <translation>昼间主题</translation>
    </message>
    <message>
        <source>simulated time x %1</source>
        <translation>模拟时间 ×%1</translation>
    </message>
    <message>
        <source>× Dispatch server disconnected %1</source>
        <translation>× 调度服务断开 %1</translation>
    </message>
    <message>
        <source>Connecting to the dispatch server</source>
        <translation>正在连接调度服务</translation>
    </message>
    <message>
        <source>dispatch service</source>
        <translation>调度服务</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>vehicles</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>%1 / %2 fresh</source>
        <translation>%1 / %2 新鲜</translation>
    </message>
    <message>
        <source>&lt; 1 ms</source>
        <translation>&lt; 1 ms</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TaskPage</name>
    <message>
        <source>New order %1</source>
        <translation>新任务 %1</translation>
    </message>
    <message>
        <source>Order %1</source>
        <translation>任务 %1</translation>
    </message>
    <message>
        <source>complaint not known</source>
        <translation>主诉不明</translation>
    </message>
    <message>
        <source>Hospital, straight line</source>
        <translation>距医院（直线）</translation>
    </message>
    <message>
        <source>Scene, straight line</source>
        <translation>距现场（直线）</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>送往</translation>
    </message>
    <message>
        <source>Centre: %1</source>
        <translation>中心：%1</translation>
    </message>
    <message>
        <source>waiting for the vehicle computer</source>
        <translation>等待车载主机</translation>
    </message>
    <message>
        <source>orders come by radio until it answers</source>
        <translation>恢复前由电台下达任务</translation>
    </message>
    <message>
        <source>no order; a new one sounds and shows here</source>
        <translation>无任务；新任务将响铃并显示于此</translation>
    </message>
    <message>
        <source>no link: orders come by radio or telephone</source>
        <translation>链路断开：任务由电台或电话下达</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TerminalWindow</name>
    <message>
        <source>Crew terminal</source>
        <translation>车组终端</translation>
    </message>
    <message>
        <source>The vehicle computer does not answer; press again.</source>
        <translation>车载主机无应答，请再按一次。</translation>
    </message>
    <message>
        <source>Not taken: %1</source>
        <translation>未受理：%1</translation>
    </message>
    <message>
        <source>Cannot go</source>
        <translation>不能接</translation>
    </message>
    <message>
        <source>Why can you not go?</source>
        <translation>不能接的原因</translation>
    </message>
    <message>
        <source>Back to the order</source>
        <translation>返回任务</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>%1 — still %2 s</source>
        <translation>%1 · 剩 %2 s</translation>
    </message>
    <message>
        <source>Nobody carried, return</source>
        <translation>无转运，返站</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TerminalWords</name>
    <message>
        <source>Accept</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>Depart</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>At scene</source>
        <translation>到达现场</translation>
    </message>
    <message>
        <source>At patient</source>
        <translation>接触患者</translation>
    </message>
    <message>
        <source>Leave scene</source>
        <translation>离开现场</translation>
    </message>
    <message>
        <source>At hospital</source>
        <translation>到达医院</translation>
    </message>
    <message>
        <source>Handed over</source>
        <translation>完成交接</translation>
    </message>
    <message>
        <source>Leave hospital</source>
        <translation>离院</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>返站</translation>
    </message>
    <message>
        <source>Stand by</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>standing by</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>order waits</source>
        <translation>待接令</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已接令</translation>
    </message>
    <message>
        <source>to the scene</source>
        <translation>赶赴现场</translation>
    </message>
    <message>
        <source>at scene</source>
        <translation>在现场</translation>
    </message>
    <message>
        <source>with patient</source>
        <translation>接触患者</translation>
    </message>
    <message>
        <source>to hospital</source>
        <translation>送医途中</translation>
    </message>
    <message>
        <source>at hospital</source>
        <translation>到达医院</translation>
    </message>
    <message>
        <source>handover</source>
        <translation>交接</translation>
    </message>
    <message>
        <source>leaving hospital</source>
        <translation>离院</translation>
    </message>
    <message>
        <source>returning</source>
        <translation>返站</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>state unknown</source>
        <translation>状态未知</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>濒危</translation>
    </message>
    <message>
        <source>severe</source>
        <translation>危重</translation>
    </message>
    <message>
        <source>urgent</source>
        <translation>急症</translation>
    </message>
    <message>
        <source>minor</source>
        <translation>非急症</translation>
    </message>
    <message>
        <source>no level</source>
        <translation>未分级</translation>
    </message>
    <message>
        <source>Vehicle broken down</source>
        <translation>车辆故障</translation>
    </message>
    <message>
        <source>Crew not complete</source>
        <translation>人员不齐</translation>
    </message>
    <message>
        <source>Patient aboard</source>
        <translation>车上有患者</translation>
    </message>
    <message>
        <source>Road impassable</source>
        <translation>道路不通</translation>
    </message>
    <message>
        <source>Equipment missing</source>
        <translation>设备缺失</translation>
    </message>
    <message>
        <source>Other reason, by radio</source>
        <translation>其他原因，电台说明</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>north</source>
        <translation>北</translation>
    </message>
    <message>
        <source>north-east</source>
        <translation>东北</translation>
    </message>
    <message>
        <source>east</source>
        <translation>东</translation>
    </message>
    <message>
        <source>south-east</source>
        <translation>东南</translation>
    </message>
    <message>
        <source>south</source>
        <translation>南</translation>
    </message>
    <message>
        <source>south-west</source>
        <translation>西南</translation>
    </message>
    <message>
        <source>west</source>
        <translation>西</translation>
    </message>
    <message>
        <source>north-west</source>
        <translation>西北</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>sound paused</source>
        <translation>声音暂停</translation>
    </message>
    <message>
        <source>sound off</source>
        <translation>声音关闭</translation>
    </message>
    <message>
        <source>alarm paused</source>
        <translation>报警暂停</translation>
    </message>
    <message>
        <source>alarm off</source>
        <translation>报警关闭</translation>
    </message>
</context>
<context>
    <name>ems::console::TimelineView</name>
    <message>
        <source>Incident timeline</source>
        <translation>事件时间轴</translation>
    </message>
    <message>
        <source>does not apply</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>left %1</source>
        <translation>剩 %1</translation>
    </message>
    <message>
        <source>over %1</source>
        <translation>超 %1</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预计</translation>
    </message>
    <message>
        <source>No incident selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>to dispatch</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>predicted way</source>
        <translation>预计出车</translation>
    </message>
</context>
<context>
    <name>ems::console::TrendsView</name>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>No measurements yet</source>
        <translation>尚无测量</translation>
    </message>
</context>
<context>
    <name>ems::console::UnitBoard</name>
    <message>
        <source>Unit board</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>In state</source>
        <translation>在态</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Place · destination</source>
        <translation>位置 · 去向</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预计</translation>
    </message>
    <message>
        <source>Pos. age</source>
        <translation>位置龄</translation>
    </message>
    <message>
        <source>hospital</source>
        <translation>医院</translation>
    </message>
</context>
<context>
    <name>ems::console::VideoTile</name>
    <message>
        <source>Cabin camera</source>
        <translation>车厢摄像</translation>
    </message>
    <message>
        <source>Cabin</source>
        <translation>车厢</translation>
    </message>
    <message>
        <source>× %1&#x3000;stopped for %2</source>
        <translation>× %1&#x3000;停 %2</translation>
    </message>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>%1×%2&#x3000;%3 fps&#x3000;loss %4 %</source>
        <translation>%1×%2&#x3000;%3 fps&#x3000;丢包 %4 %</translation>
    </message>
    <message>
        <source>No unit on this case</source>
        <translation>此事件尚无车组</translation>
    </message>
    <message>
        <source>Waiting for the picture</source>
        <translation>等待画面</translation>
    </message>
    <message>
        <source>No camera granted yet</source>
        <translation>尚未接通摄像</translation>
    </message>
</context>
<context>
    <name>ems::console::Words</name>
    <message>
        <source>free</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>ackn</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>go</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>scene</source>
        <translation>到场</translation>
    </message>
    <message>
        <source>pat.</source>
        <translation>接触</translation>
    </message>
    <message>
        <source>load</source>
        <translation>送医</translation>
    </message>
    <message>
        <source>hosp</source>
        <translation>到院</translation>
    </message>
    <message>
        <source>hand</source>
        <translation>交接</translation>
    </message>
    <message>
        <source>clear</source>
        <translation>离院</translation>
    </message>
    <message>
        <source>back</source>
        <translation>返程</translation>
    </message>
    <message>
        <source>off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Ⅰ critical</source>
        <translation>Ⅰ 濒危</translation>
    </message>
    <message>
        <source>Ⅱ severe</source>
        <translation>Ⅱ 危重</translation>
    </message>
    <message>
        <source>Ⅲ urgent</source>
        <translation>Ⅲ 急症</translation>
    </message>
    <message>
        <source>Ⅳ minor</source>
        <translation>Ⅳ 非急症</translation>
    </message>
    <message>
        <source>no level</source>
        <translation>未定级</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Ring</source>
        <translation>呼入</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>摘机</translation>
    </message>
    <message>
        <source>Case opened</source>
        <translation>受理</translation>
    </message>
    <message>
        <source>Dispatched</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>Departed</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>At scene</source>
        <translation>到达现场</translation>
    </message>
    <message>
        <source>At patient</source>
        <translation>接触患者</translation>
    </message>
    <message>
        <source>Left scene</source>
        <translation>离开现场</translation>
    </message>
    <message>
        <source>At hospital</source>
        <translation>到达医院</translation>
    </message>
    <message>
        <source>Handover</source>
        <translation>交接</translation>
    </message>
    <message>
        <source>ringing</source>
        <translation>振铃</translation>
    </message>
    <message>
        <source>call</source>
        <translation>受理</translation>
    </message>
    <message>
        <source>to dispatch</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>to accept</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>to depart</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>to scene</source>
        <translation>后到场</translation>
    </message>
    <message>
        <source>to patient</source>
        <translation>后接触</translation>
    </message>
    <message>
        <source>on scene</source>
        <translation>现场时长</translation>
    </message>
    <message>
        <source>to hospital</source>
        <translation>后到院</translation>
    </message>
    <message>
        <source>to handover</source>
        <translation>待交接</translation>
    </message>
    <message>
        <source>after handover</source>
        <translation>已交接</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>dispatcher</source>
        <translation>调度席</translation>
    </message>
    <message>
        <source>physician</source>
        <translation>医师席</translation>
    </message>
    <message>
        <source>village point</source>
        <translation>村点</translation>
    </message>
    <message>
        <source>set by dispatcher</source>
        <translation>调度员标定</translation>
    </message>
    <message>
        <source>caller&apos;s phone</source>
        <translation>主叫定位</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>terminal</source>
        <translation>终端</translation>
    </message>
    <message>
        <source>city</source>
        <translation>城市</translation>
    </message>
    <message>
        <source>township</source>
        <translation>乡镇</translation>
    </message>
    <message>
        <source>quarter</source>
        <translation>街道/社区</translation>
    </message>
    <message>
        <source>village</source>
        <translation>村</translation>
    </message>
    <message>
        <source>hamlet</source>
        <translation>自然村</translation>
    </message>
    <message>
        <source>hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>ambulance station</source>
        <translation>急救站</translation>
    </message>
    <message>
        <source>clinic</source>
        <translation>卫生院/诊所</translation>
    </message>
    <message>
        <source>road</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>junction</source>
        <translation>路口</translation>
    </message>
    <message>
        <source>school</source>
        <translation>学校</translation>
    </message>
    <message>
        <source>bridge</source>
        <translation>桥</translation>
    </message>
    <message>
        <source>tunnel</source>
        <translation>隧道</translation>
    </message>
    <message>
        <source>railway station</source>
        <translation>火车站</translation>
    </message>
    <message>
        <source>bus station</source>
        <translation>汽车站</translation>
    </message>
    <message>
        <source>factory</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>temple</source>
        <translation>寺庙</translation>
    </message>
    <message>
        <source>public office</source>
        <translation>机关</translation>
    </message>
    <message>
        <source>shop or market</source>
        <translation>商店/市场</translation>
    </message>
    <message>
        <source>filling station</source>
        <translation>加油站</translation>
    </message>
    <message>
        <source>housing estate</source>
        <translation>小区</translation>
    </message>
    <message>
        <source>expressway exit or services</source>
        <translation>高速出口/服务区</translation>
    </message>
    <message>
        <source>landmark</source>
        <translation>地标</translation>
    </message>
    <message>
        <source>north</source>
        <translation>北</translation>
    </message>
    <message>
        <source>north-east</source>
        <translation>东北</translation>
    </message>
    <message>
        <source>east</source>
        <translation>东</translation>
    </message>
    <message>
        <source>south-east</source>
        <translation>东南</translation>
    </message>
    <message>
        <source>south</source>
        <translation>南</translation>
    </message>
    <message>
        <source>south-west</source>
        <translation>西南</translation>
    </message>
    <message>
        <source>west</source>
        <translation>西</translation>
    </message>
    <message>
        <source>north-west</source>
        <translation>西北</translation>
    </message>
</context>
<context>
    <name>ems::console::WorklistView</name>
    <message>
        <source>Running cases</source>
        <translation>工作列表</translation>
    </message>
</context>
<context>
    <name>codes</name>
    <message>
        <source>nearest by road</source>
        <translation>路程最近</translation>
    </message>
    <message>
        <source>not the nearest in a straight line</source>
        <translation>直线非最近</translation>
    </message>
    <message>
        <source>nearest in a straight line only</source>
        <translation>仅直线最近</translation>
    </message>
    <message>
        <source>position is old</source>
        <translation>位置陈旧</translation>
    </message>
    <message>
        <source>lacks something the call needs</source>
        <translation>不完全满足本次需求</translation>
    </message>
    <message>
        <source>there long before a fit unit: send both</source>
        <translation>可先到场，建议同时派出合适车组</translation>
    </message>
    <message>
        <source>put first: keeps the county covered</source>
        <translation>优先：保持区域覆盖</translation>
    </message>
    <message>
        <source>quickest, yet leaves an area uncovered</source>
        <translation>最快，但派出后有区域失去覆盖</translation>
    </message>
    <message>
        <source>home zone</source>
        <translation>本辖区</translation>
    </message>
    <message>
        <source>another zone</source>
        <translation>跨辖区</translation>
    </message>
    <message>
        <source>crew’s shift ends soon</source>
        <translation>班组临近交班</translation>
    </message>
    <message>
        <source>crew is past its shift</source>
        <translation>班组已超时</translation>
    </message>
    <message>
        <source>short of fuel</source>
        <translation>油量偏低</translation>
    </message>
    <message>
        <source>not cleaned since an infectious patient</source>
        <translation>转运传染患者后未消毒</translation>
    </message>
    <message>
        <source>free later, with its total time</source>
        <translation>稍后空闲，已计总时间</translation>
    </message>
    <message>
        <source>could be there before the first</source>
        <translation>可早于首选到达</translation>
    </message>
    <message>
        <source>on a less urgent call, may be diverted</source>
        <translation>在低优先级任务上，可改派</translation>
    </message>
    <message>
        <source>stands on no road of the map</source>
        <translation>车辆不在地图道路上</translation>
    </message>
    <message>
        <source>the road at the scene is closed</source>
        <translation>现场所在道路已封闭</translation>
    </message>
    <message>
        <source>fuel does not reach</source>
        <translation>油量不足以到达</translation>
    </message>
    <message>
        <source>already on the road</source>
        <translation>已在途</translation>
    </message>
    <message>
        <source>beyond 15 min</source>
        <translation>超 15 min</translation>
    </message>
    <message>
        <source>within 15 min</source>
        <translation>15 min 内</translation>
    </message>
    <message>
        <source>estimated by straight line</source>
        <translation>按直线估算</translation>
    </message>
    <message>
        <source>on a task</source>
        <translation>任务中</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>position unknown</source>
        <translation>位置不明</translation>
    </message>
    <message>
        <source>no road leads there</source>
        <translation>无路可达</translation>
    </message>
    <message>
        <source>too far</source>
        <translation>过远</translation>
    </message>
    <message>
        <source>Dispatch server disconnected</source>
        <translation>调度服务断开</translation>
    </message>
    <message>
        <source>Unit out of contact</source>
        <translation>失联</translation>
    </message>
    <message>
        <source>Dispatch overdue</source>
        <translation>派车超时</translation>
    </message>
    <message>
        <source>Heart rate high</source>
        <translation>心率高</translation>
    </message>
    <message>
        <source>Heart rate low</source>
        <translation>心率低</translation>
    </message>
    <message>
        <source>Pulse rate high</source>
        <translation>脉率高</translation>
    </message>
    <message>
        <source>Pulse rate low</source>
        <translation>脉率低</translation>
    </message>
    <message>
        <source>SpO₂ low</source>
        <translation>SpO₂ 低</translation>
    </message>
    <message>
        <source>Respiration high</source>
        <translation>呼吸快</translation>
    </message>
    <message>
        <source>Respiration low</source>
        <translation>呼吸慢</translation>
    </message>
    <message>
        <source>Blood pressure high</source>
        <translation>血压高</translation>
    </message>
    <message>
        <source>Blood pressure low</source>
        <translation>血压低</translation>
    </message>
    <message>
        <source>Temperature high</source>
        <translation>体温高</translation>
    </message>
    <message>
        <source>Temperature low</source>
        <translation>体温低</translation>
    </message>
    <message>
        <source>EtCO₂ high</source>
        <translation>EtCO₂ 高</translation>
    </message>
    <message>
        <source>EtCO₂ low</source>
        <translation>EtCO₂ 低</translation>
    </message>
    <message>
        <source>Ventricular fibrillation</source>
        <translation>室颤</translation>
    </message>
    <message>
        <source>Ventricular tachycardia</source>
        <translation>室速</translation>
    </message>
    <message>
        <source>Asystole</source>
        <translation>心脏停搏</translation>
    </message>
    <message>
        <source>ST elevation suspected</source>
        <translation>疑 ST 抬高</translation>
    </message>
    <message>
        <source>ECG lead off</source>
        <translation>心电导联脱落</translation>
    </message>
    <message>
        <source>SpO₂ sensor off</source>
        <translation>血氧探头脱落</translation>
    </message>
    <message>
        <source>Monitor disconnected</source>
        <translation>监护仪断开</translation>
    </message>
    <message>
        <source>Positioning lost</source>
        <translation>定位丢失</translation>
    </message>
    <message>
        <source>own station&apos;s area</source>
        <translation>本站辖区</translation>
    </message>
    <message>
        <source>no position, taken to be at its station</source>
        <translation>无定位，按在站计</translation>
    </message>
    <message>
        <source>No unit can be sent</source>
        <translation>无车可派</translation>
    </message>
    <message>
        <source>No unit arrives within 15 min</source>
        <translation>15 min 内无车可到</translation>
    </message>
    <message>
        <source>ECG disconnected</source>
        <translation>心电断开</translation>
    </message>
    <message>
        <source>Position not plausible</source>
        <translation>定位不可信</translation>
    </message>
    <message>
        <source>Vehicle store failed</source>
        <translation>车载存储故障</translation>
    </message>
    <message>
        <source>Server takes no orders; dispatch by telephone or radio</source>
        <translation>服务器不受理指令，请用电话或电台调度</translation>
    </message>
    <message>
        <source>Vehicle inputs disconnected</source>
        <translation>车况输入断开</translation>
    </message>
    <message>
        <source>Order not on the vehicle</source>
        <translation>派车单未送达车辆</translation>
    </message>
    <message>
        <source>Short of units</source>
        <translation>车辆不足</translation>
    </message>
    <message>
        <source>No answer of the crew</source>
        <translation>车组未应答</translation>
    </message>
    <message>
        <source>SOS from the vehicle</source>
        <translation>车辆紧急求助</translation>
    </message>
    <message>
        <source>Vehicle in a collision</source>
        <translation>车辆碰撞</translation>
    </message>
    <message>
        <source>Vehicle rolled over</source>
        <translation>车辆侧翻</translation>
    </message>
    <message>
        <source>Terminal: positioning fault</source>
        <translation>终端定位故障</translation>
    </message>
    <message>
        <source>Terminal: antenna not connected</source>
        <translation>终端天线未接</translation>
    </message>
    <message>
        <source>Terminal: antenna short circuit</source>
        <translation>终端天线短路</translation>
    </message>
    <message>
        <source>Terminal: low voltage</source>
        <translation>终端欠压</translation>
    </message>
    <message>
        <source>Terminal: power cut</source>
        <translation>终端断电</translation>
    </message>
    <message>
        <source>Vehicle sends too much</source>
        <translation>车载端发送过量</translation>
    </message>
    <message>
        <source>Heart rate extremely low</source>
        <translation>心率极低</translation>
    </message>
    <message>
        <source>Heart rate extremely high</source>
        <translation>心率极高</translation>
    </message>
    <message>
        <source>No breathing</source>
        <translation>呼吸暂停</translation>
    </message>
    <message>
        <source>SpO₂ critically low</source>
        <translation>SpO₂ 危急低</translation>
    </message>
    <message>
        <source>SpO₂ high</source>
        <translation>SpO₂ 高</translation>
    </message>
    <message>
        <source>EtCO₂ critically low</source>
        <translation>EtCO₂ 危急低</translation>
    </message>
    <message>
        <source>Mean pressure low</source>
        <translation>平均压低</translation>
    </message>
    <message>
        <source>Mean pressure high</source>
        <translation>平均压高</translation>
    </message>
    <message>
        <source>Diastolic pressure low</source>
        <translation>舒张压低</translation>
    </message>
    <message>
        <source>Diastolic pressure high</source>
        <translation>舒张压高</translation>
    </message>
    <message>
        <source>ECG disturbed</source>
        <translation>心电干扰</translation>
    </message>
    <message>
        <source>Monitor alarm no. %1</source>
        <translation>监护仪告警 %1 号</translation>
    </message>
</context>
<context>
    <name>news2</name>
    <message>
        <source>Resp.</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>Oxygen</source>
        <translation>吸氧</translation>
    </message>
    <message>
        <source>Systolic</source>
        <translation>收缩压</translation>
    </message>
    <message>
        <source>Pulse</source>
        <translation>脉搏</translation>
    </message>
    <message>
        <source>Consc.</source>
        <translation>意识</translation>
    </message>
    <message>
        <source>Temp.</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>low-medium</source>
        <translation>低中</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>for 16 years and older</source>
        <translation>适用于 16 岁及以上</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>%1–%2 · at least %3 · %4 missing</source>
        <translation>%1–%2 · 至少%3 · 缺 %4 项</translation>
    </message>
    <message>
        <source>oldest number %1</source>
        <translation>最旧数值 %1</translation>
    </message>
    <message>
        <source>total</source>
        <translation>总分</translation>
    </message>
</context>
<context>
    <name>numerics</name>
    <message>
        <source>Heart rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>/min</source>
        <translation>次/min</translation>
    </message>
    <message>
        <source>Respiration</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>Pulse rate</source>
        <translation>脉率</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测</translation>
    </message>
    <message>
        <source>sensor off</source>
        <translation>探头脱落</translation>
    </message>
</context>
</TS>
