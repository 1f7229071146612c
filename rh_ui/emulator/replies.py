"""The shapes of the service's answers (API sheet §1 to 4, 8, 9), with numbers as strings where it has them.
Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from rh_ui.emulator.accounts import Account, KeyKind, amount
from rh_ui.emulator.fault_injection import Switches
from rh_ui.emulator.task_store import Record, Status

Json: TypeAlias = dict[str, Any]

_MESSAGES: Final = {
    "301": "PARAMS_INVALID",
    "380": "WORKFLOW_NOT_EXISTS",
    "404": "NOT_FOUND",
    "401": "ApiKey verification failed",
    "412": "TOKEN_INVALID",
    "415": "TASK_INSTANCE_MAXED",
    "414": "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE",
    "416": "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET",
    "421": "api queue limit reached, wait for your running tasks|并发已满，请等待运行中的任务",
    "423": "TASK_NOT_FOUNED",
    "433": "VALIDATE_PROMPT_FAILED",
    "435": "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND",
    "436": "TASK_USER_EXCLAPI_REQUIRED",
    "605": "the account balance is not enough|账户余额不足",
    "801": "APIKEY_UNSUPPORTED_FREE_USER",
    "802": "APIKEY_UNAUTHORIZED",
    "803": "APIKEY_INVALID_NODE_INFO",
    "804": "APIKEY_TASK_IS_RUNNING",
    "805": "APIKEY_TASK_STATUS_ERROR",
    "806": "APIKEY_USER_NOT_FOUND",
    "807": "APIKEY_TASK_NOT_FOUND",
    "808": "APIKEY_UPLOAD_FAILED",
    "809": "APIKEY_FILE_SIZE_EXCEEDED",
    "810": "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING",
    "814": "PERSONAL_QUEUE_COUNT_LIMIT",
    "817": "APIKEY_TASK_CANCEL_NOT_ALLOWED",
    "901": "WEBAPP_NOT_EXISTS",
    "813": "APIKEY_TASK_IS_QUEUED",
    "1000": "unknown error|未知错误",
    "1001": "no such URL|路径不存在",
    "1002": "this API key is not known|API Key 无效",
    "1003": "too many requests, slow down|请求过于频繁",
    "1004": "task not found or expired|任务不存在或已过期",
    "1005": "internal error|内部错误",
    "1007": "invalid parameters|参数无效",
    "1008": "the file is too large|文件过大",
    "1009": "method not supported|请求方法不支持",
    "1011": "the system is busy|系统繁忙",
    "1013": "a file could not be processed|文件处理失败",
    "1014": "standard models need an enterprise-shared key|标准模型需要企业共享 Key",
    "1015": "the generation failed|生成失败",
    "1101": "node info error|节点信息错误",
    "1501": "refused by content moderation|内容审核未通过",
    "1505": "refused: a realistic real person|检测到真实人物",
    "1520": "too many tasks at once for this user|用户并发任务超限",
    "1601": "param apiKey is required",
    "1620": "gift balance can't be used through the API|会员赠送余额不可用于 API",
}


def message(code: str, told: str = "") -> str:
    """The message of a code where no other is given."""
    return told or _MESSAGES.get(code, "the request was refused|请求被拒绝")


def refusal(operation: str, code: str, told: str = "") -> Json:
    """A business refusal in the shape of the requested operation."""
    text = message(code, told)
    if operation == "submit":
        return {"taskId": "", "status": "", "errorCode": code, "errorMessage": text, "results": None}
    if operation in ("query", "preview", "v2"):
        return {"errorCode": code, "errorMessage": text}
    number = int(code) if code.isdigit() else 1000
    if operation == "upload":
        return {"code": number, "message": text, "data": None}
    short = "TASK_QUEUE_MAXED" if code == "421" else text
    return {"code": number, "msg": short, "errorMessages": None, "data": None}


def envelope(data: Any) -> Json:
    """A V1 success, and the V2 calls with an envelope."""
    return {"code": 0, "msg": "success", "errorMessages": None, "data": data}


def accepted(record: Record) -> Json:
    """The answer to a submit: the task right after it was accepted."""
    return {
        "taskId": record.id, "status": record.status, "errorCode": "", "errorMessage": "", "results": None,
        "clientId": record.client_id, "promptTips": prompt_tips({}, record) if record.client_id else "",
    }  # fmt: skip


def taken(record: Record, progress: str | None) -> Json:
    """V1's answer to a run (API sheet §4.1)."""
    return envelope(
        {
            "netWssUrl": progress, "taskId": record.id, "clientId": record.client_id,
            "taskStatus": str(record.status), "promptTips": prompt_tips({}, record),
        }
    )  # fmt: skip


def prompt_tips(node_errors: Json, record: Record | None = None) -> str:
    """What the graph's own check found, as JSON text."""
    outputs = [node for node, _ in record.makes] if record else []
    fine = not node_errors and record is not None
    return json.dumps(
        {
            "result": fine, "error": None if fine else "invalid prompt", "outputs_to_execute": outputs,
            "node_errors": node_errors,
        }
    )  # fmt: skip


def doomed(record: Record, fault: str, code: str, told: str) -> Record:
    """The record of a task that a fault makes fail or vanish."""
    if fault == "vanish":
        return replace(record, vanished=True)
    return replace(record, error_code=code, error_message=message(code, told))


def results(record: Record, link: Callable[[str], str | None]) -> list[Json]:
    """A task's results; `link` returns the link of a name."""
    return [
        {
            "url": link(made.name), "nodeId": made.node_id, "outputType": made.output_type, "text": made.text,
        }
        for made in record.files
    ]  # fmt: skip


def usage(record: Record) -> Json:
    """What a task cost: a model's price, or a run's seconds in money or in coins; all as texts."""
    cost = decimal(amount(record.charge))
    coins = str(int(amount(record.charge)))
    seconds = max(1, round(record.finished - record.start_at))
    if not record.makes:
        return {
            "consumeMoney": None, "consumeCoins": None, "taskCostTime": "0", "thirdPartyConsumeMoney": cost,
        }  # fmt: skip
    return {
        "consumeMoney": None if record.in_coins else cost, "consumeCoins": coins if record.in_coins else None,
        "taskCostTime": str(seconds),
        "thirdPartyConsumeMoney": decimal(amount(record.fee)) if record.fee else None,
    }  # fmt: skip


def failed_reason(record: Record, traceback: str = "text") -> Json:
    """Why a run of nodes failed; `{}` where there is no reason. Tracebacks are JSON texts (API sheet §4.5),
    or a list."""
    if not record.makes or record.status is not Status.FAILED:
        return {}
    node = record.makes[0][0]
    return {
        "exception_type": "RuntimeError", "exception_message": record.error_message, "node_id": node,
        "node_name": "DemoNode", "traceback": _TRACE if traceback == "list" else json.dumps(_TRACE),
        "current_inputs": "{}", "current_outputs": "{}",
    }  # fmt: skip


_TRACE: Final = ["line 1\n"]
_NO_USAGE: Final = dict.fromkeys(("consumeMoney", "consumeCoins", "taskCostTime", "thirdPartyConsumeMoney"))


def task(record: Record, found: list[Json], switches: Switches) -> Json:
    """The answer to a query in any state of the task."""
    if record.status.is_active:
        return accepted(record)
    known: Json = {"taskId": record.id, "clientId": "", "promptTips": ""}
    if record.status is Status.SUCCESS:
        if switches.usage_list:
            known |= {"parentTaskId": None, "taskUsageList": _usage_list(record, switches.usage_list)}
        return {
            **known, "status": "SUCCESS", "errorCode": "", "errorMessage": "", "failedReason": {},
            "usage": usage(record), "results": found,
        }  # fmt: skip
    told: Json = {
        **known, "status": "FAILED", "errorCode": record.error_code, "errorMessage": record.error_message,
        "failedReason": failed_reason(record, switches.traceback), "results": None,
    }  # fmt: skip
    if record.status is Status.CANCELLED:
        told |= {"status": switches.cancel_word, "usage": usage(record) if record.charge else _NO_USAGE}
        if switches.cancel_word == "FAILED":
            told |= {"errorCode": "805", "errorMessage": "the task was cancelled|任务已取消"}
    elif switches.failed_usage == "null":
        told["usage"] = _NO_USAGE
    return told


def _usage_list(record: Record, form: str) -> list[Json]:
    """Tasks inside this one: each has the cost of the whole (news §2)."""
    inner = int(record.id) + 1
    return [
        {
            "taskId": inner if form == "number" else str(inner), "parentTaskId": record.id,
            "taskStatus": "SUCCESS", "usage": usage(record),
        }
    ]  # fmt: skip


def outputs(record: Record, found: list[Json], progress: str | None = None) -> Json:
    """V1 outputs in any state (API sheet §4.5)."""
    match record.status:
        case Status.QUEUED:
            return refusal("v1", "813")
        case Status.RUNNING:
            return {**refusal("v1", "804"), "data": {"netWssUrl": progress} if progress else None}
        case Status.SUCCESS:
            return envelope(
                [
                    {
                        "fileUrl": item["url"], "fileType": item["outputType"], "nodeId": item["nodeId"],
                        "text": item["text"], **usage(record),
                    }
                    for item in found
                ]
            )  # fmt: skip
    return {**refusal("v1", "805"), "data": {"failedReason": failed_reason(record)}}


def v1_status(record: Record) -> Json:
    """V1 status: QUEUED, RUNNING, FAILED (also when cancelled) or SUCCESS."""
    word = Status.FAILED if record.status is Status.CANCELLED else record.status
    return envelope(str(word))


def uploaded(kind: str, link: str, stored: str, size: int, code: int) -> Json:
    """The answer of the present upload call; note `message`, and the size as text."""
    name = {"filename" if code == 200 else "fileName": f"openapi/{stored}"}
    data = {"type": kind, "download_url": link, **name, "size": str(size)}
    return {"code": code, "message": "success", "data": data}


def price(money: Decimal | None, free_left: int | None) -> Json:
    """The answer of price-preview; nothing is made or charged. None: it gives no price."""
    told = None if money is None else decimal(money)
    left = free_left or 0
    return {
        "errorCode": "", "errorMessage": "", "estimatedPrice": None if money is None else float(money),
        "currency": "CNY", "priceText": told and f"¥{told}", "priceTextEn": told and f"CNY {told}",
        "freeLimit": free_left is not None, "isFreeThisCall": left > 0,
        "freeLimitCount": str(left), "remainingFreeLimitCount": str(left),
    }  # fmt: skip


def account_status(account: Account, left: int, coins: int, current: int) -> Json:
    """accountStatus's data."""
    wallet = account.kind in (KeyKind.SHARED, KeyKind.EXCLUSIVE)
    return envelope(
        {
            "remainCoins": str(int(amount(max(0, coins)))), "currentTaskCounts": str(current),
            "remainMoney": decimal(amount(max(0, left))) if wallet else None,
            "currency": "CNY" if wallet else None, "apiType": str(account.shown_kind),
        }
    )  # fmt: skip


def queue_status(account: Account, running: int, queued: int) -> Json:
    """queue/status's data: the limit a number, the counts texts."""
    return envelope(
        {
            "apiKeyType": str(account.shown_kind), "concurrentLimit": account.limit,
            "runningCount": str(running), "queuedCount": str(queued),
            "totalCurrentTasks": str(running + queued),
        }
    )  # fmt: skip


def key_list(account: Account) -> Json:
    """api-key/list: only the calling key, masked."""
    return envelope(
        [
            {
                "key": account.masked, "apiKeyName": "demo", "status": 1, "quotaLimit": None,
                "quotaUsed": 0.0, "visible": True, "expireAt": None, "expireInMinute": None,
                "createdAt": "2026-01-01T00:00:00",
            }
        ]
    )  # fmt: skip


def decimal(money: Decimal) -> str:
    """Money as the service writes it: plain digits, at least two after the point."""
    text = format(money.normalize(), "f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"
