"""Everything that can be done, one short function each: `action(entry, *, …)`. They decide, change and tell; they know no HTTP."""

# pyright: reportUnusedImport=false
from .acts import lapse_acts
from .appointments import book, checkin, rebook
from .devices import (
    answer_help,
    call_help,
    divert,
    lend,
    machine_of,
    machines_seen,
    merge,
    note_silence,
    obeyed,
    order,
    pages_seen,
    remove,
    rename,
    report_device,
    see_machines,
    see_pages,
    tokens_of,
)
from .evaluations import close_case, close_evaluations, evaluate, take_case
from .given import try_change, try_windows
from .hall import (
    acknowledge_alert,
    activate_plan,
    assign_window,
    believe_clock,
    checked,
    clear_alert,
    close_day,
    deactivate_plan,
    end_day,
    forget_comments,
    forget_visitors,
    import_holidays,
    load_hall,
    note_ticket,
    put_notice,
    put_service,
    put_services,
    put_setting,
    put_window,
    raise_alert,
    resume_numbers,
    send_message,
    services_put,
    staff_window,
    stop_numbers,
    weigh,
)
from .hall_files import HallChanges, import_hall, look_at_import
from .holders import drop_push, keep_push, remember
from .legs import answer_questions, restore_leg, skip_leg
from .limits import (
    begin_proof,
    readmit_person,
    refuse_person,
    refused_persons,
    try_code,
)
from .past_days import begin_to_keep, keep_days
from .referrals import (
    accepted,
    draw_referral,
    pending_referrals,
    receive_referral,
    refer,
    refused,
    remember_refusal,
    taken_before,
)
from .tickets import cancel, expire, issue_ticket, make_green, postpone, reprint, return_ticket, transfer
from .windows import (
    call_by_itself,
    call_next,
    call_ticket,
    finish,
    hold,
    leave_window,
    mark_missed,
    miss_by_itself,
    recall,
    resume,
    set_window,
    sit_beside,
    start_service,
    undo_call,
)
