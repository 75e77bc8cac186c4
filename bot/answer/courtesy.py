"""What people say to an assistant that is no question about documents, and the fixed reply to it.

The lists of words are short on purpose: a courtesy that is missed is looked up and declined, which does no harm, while
a question that is taken for a courtesy is never answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.answer.phrases import compiled
from bot.answer.question import MOST_CHARS


class Occasion(StrEnum):
    """What a text is when it is no question about documents, the gravest first."""

    MEDICAL = "medical advice"
    LEGAL = "legal advice"
    HR = "advice on a case at work"
    INSTRUCTION = "instruction"
    INSULT = "insult"
    ABOUT = "about the assistant"
    FAREWELL = "farewell"
    THANKS = "thanks"
    GREETING = "greeting"


CHAT_CHARS = 400
"""Nothing is taken away from around a longer text: it would take time, and change little."""
_I_DO = "I answer questions from the documents I have been given, in their own words"

REPLIES: Mapping[Occasion, str] = {
    Occasion.MEDICAL: f"I cannot give medical advice: ask your GP or NHS 111, or call 999 in an emergency. {_I_DO}.",
    Occasion.LEGAL: f"I cannot give legal advice: please ask your organisation's legal team. {_I_DO}.",
    Occasion.HR: "I cannot advise on your own case: please ask your HR team, your union representative or your line "
    f"manager. {_I_DO}, so you can ask me what a policy says.",
    Occasion.INSTRUCTION: f"I cannot do that. {_I_DO}; for other tasks, please ask a colleague.",
    Occasion.INSULT: f"I am sorry that I was no help. {_I_DO}: it helps to ask one thing, in a whole sentence; what "
    "they do not say, the team that looks after them may know.",
    Occasion.ABOUT: f"I am a program, not a person. {_I_DO}: ask me one thing, in a whole sentence, and for what "
    "they do not say, ask the team that looks after them.",
    Occasion.FAREWELL: "Goodbye. Come back whenever you have another question about the documents.",
    Occasion.THANKS: "You are welcome. Ask me whenever you want to know something else from the documents.",
    Occasion.GREETING: f"Hello. {_I_DO}: what would you like to know?",
}

# The words of courtesy. `(?-i:...)` spares abbreviations in capitals.
_HELLO = r"(hi+|hello+|hey+|hiya|howdy|yo|dear|greetings|g'day|good (morning|afternoon|evening|day))"
_YOU_THERE = r"(there|again|all|everyone|everybody|team|folks|mate|(\w+ )?(bot|assistant)|\w+bot)"
_GREETED = rf"({_HELLO}( {_YOU_THERE}){{0,2}}|(morning|afternoon|evening)( {_YOU_THERE}|(?=[,.!]|$)))"
_SO_MUCH = r"( (a lot|so much|very much|again|anyway|in advance|all|for (\w+ ){0,2}(help|reply|answer|that|this)))*"
_THANKS = rf"((many thanks|thanks|thank you|thankyou|thx|cheers|(?-i:[Tt]a|ty)|much appreciated){_SO_MUCH})"
_GOOD = r"(great|perfect|brilliant|awesome|excellent|fantastic|wonderful|lovely|amazing)"
_PRAISE = rf"(that's|that is|that was|this is|you're|you are)( (very|really|so))? ({_GOOD}|helpful|useful|the best)"
_PLEASED = rf"({_PRAISE}|{_GOOD}|cool|ok|okay|got it|that helps|i see|well done|good (bot|job|answer)|never ?mind)"
_ENOUGH = r"(have a (nice|good|great|lovely) (day|evening|weekend)|(that's|that is) all( for (now|today))?)"
_LEAVING = rf"(bye([ -]bye)?|goodbye|good night|farewell|see (you|ya)( later| soon| tomorrow)?|take care|{_ENOUGH})"
_EXCUSE = r"(sorry|excuse me|please|(i have )?(just )?(a |one )?(quick )?question( for you)?)"
_EMOJI = r"((?<!\w):[a-z+-][\w+-]*:(?!\w)|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B55\uFE0F\u200D])"
_BAD = r"(useless|stupid|dumb|pathetic|hopeless|idiotic|terrible|awful|crap|shit|bullshit|rubbish|garbage|damn|silly)"
_FOOL = r"(bot|robot|machine|thing|tool|program|idiot|moron|fool|liar|piece of (crap|shit|rubbish|junk))"
_ABUSE = rf"(you ({_BAD} )*{_FOOL})"
_POLITE = rf"(?>({_GREETED}|{_THANKS}|{_PLEASED}|{_EXCUSE}|{_ABUSE})\b)"
_SO_POLITE = rf"(?>([\s,]+{_POLITE})*)"
_BREAK = r"(\s*[,.!?;:…]+(?!\S)\s*|\s+[-–—]+\s+|\s*\n\s*|$)"

# The words of asking.
_WH = r"(what|when|where|which|who|whom|whose|why|how)"
_ASKS = (
    rf"({_WH}('?s)?|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|am"
    r"|tell|list|explain|show|define|describe|summari[sz]e|outline|compare|give|find)\b"
)
_CAN_YOU = r"((can|could|would|will) you (please |kindly |just )?)"
_I_ASK = (
    rf"({_CAN_YOU}?(tell me|let me know|remind me)|i('d| would) like to (know|ask)|i (want|need) to (know|ask)"
    r"|do(es)? (you|anyone) (happen to )?know|(i('m| am| was) )?(just )?wondering|(may|can|could) i (just )?ask( you)?)"
)


# Without a mark of punctuation a word of courtesy may be a name ("Great Western Hospital"), so fewer are taken away.
_BEFORE = compiled(
    rf"{_POLITE}{_SO_POLITE}?(\s*{_EMOJI})*{_BREAK}",
    rf"({_GREETED}|thanks|thank you|ok|okay|{_ABUSE}) (?=please\b|{_CAN_YOU}|{_I_ASK}|((and|so|but) )?{_WH}\b)",
    rf"(?>({_POLITE}[\s,]+)*){_LEAVING}{_SO_POLITE}[\s.!]*$",
    rf"{_EMOJI}+\s*",
    r"please,? (?=\w)",
    rf"{_I_ASK},? (?={_WH}\b)",
    rf"{_CAN_YOU}(?=(tell|show) (me|us)\b|(explain|describe|summari[sz]e|outline)\b)",
)
_AFTER = compiled(
    rf"((?<=[.?!…\n])|[,;–—]|\s-)\s*({_THANKS}|{_LEAVING}|please){_SO_POLITE}[\s.!…:;()-]*$",
    r"(?<!\bto)(?<!\byou)(?<!\bthey) please[\s.!]*$",
    rf"\s*{_EMOJI}+$",
)

# What is no question. A clause must begin like this; where a phrase ends in $ it must be all of the clause.
_JOB = r"(job|boss|manager|line manager|supervisor|employer|team leader|colleagues?)"
_ART = r"(poem|haiku|limerick|rap|song|story|joke|essay)"
_PAPER = rf"({_ART}|e-?mail|letter|report|speech|article|blog post|tweet|cv|code|script|program|function)"
_PROMPT = r"(your (system|hidden|secret) (prompt|instructions)\b|the system prompt\b|your (prompt|instructions)$)"
_EARLIER = r"((all|any|of|the|your|my|our|these|previous|prior|earlier|other|system|safety|above) )+"
_PAIN = r"((\w+ )?pains?|headache|migraine|fever|cough|rash|sore throat|toothache|backache|cramps?|dizzy|depressed)"
_AT_WORK = r"(desk|chair|work|office|leave|shift|meeting|appointment|policy|pay|parking|need)"
_DRUG = r"(paracetamol|ibuprofen|aspirin|antibiotics|painkillers)"
_SHOULD_I = r"(should i|do you think i should|would you advise me to)"
_GIVE_ME = r"(give me|i need|i want)( some)?"

_CLAUSES = {
    Occasion.MEDICAL: compiled(
        r"i (want to|am going to|might) (die|kill myself|end my life|harm myself)\b|i (can't|cannot) breathe\b",
        r"(i|am i)('m| am| feel| have|'ve got)?( \w+)? (suicidal|chest pains?|having a (heart attack|stroke))\b",
        rf"i('ve|'m| have| am| feel)( (got|had|in|a|very|bad|severe|terrible))* {_PAIN}\b(?!.*\b{_AT_WORK}\b)",
        r"my (head|back|chest|stomach|arm|leg|knee|throat|tooth|ear|neck|shoulder) (really )?(hurts|aches)\b",
        rf"({_SHOULD_I}|can i|is it safe (for me )?to) take {_DRUG}\b(?!.*\b(before|after|day)\b)",
        rf"how (much|many) {_DRUG} (can|should) i take\b|what (should|can) i take for (my |an? )?{_PAIN}\b",
        rf"{_SHOULD_I} (see|call|ring|go to) (a&e|(a|my|the) (doctor|gp|hospital))\b(?!.*\b(before|after|day)\b)",
        rf"what('s| is) wrong with me$|do i have (cancer|covid|flu|diabetes)$|{_GIVE_ME} medical advice$",
    ),
    Occasion.LEGAL: compiled(
        r"((can|could|should) i|do you think i (should|can)|i (want|am going|plan) to|i'm going to) sue\b",
        rf"(can|could|should) i take (them|him|her|my landlord|my {_JOB}) to (court|(an? )?(employment )?tribunal)\b",
        r"do i have (a|any) ((legal|strong|good) )*(case|claim|grounds)( against\b| to sue\b|$)",
        rf"{_SHOULD_I} (get|hire|see|consult|talk to|speak to) a (lawyer|solicitor)\b|do i need a (lawyer|solicitor)$",
        rf"is it (legal|illegal|lawful|against the law) for my {_JOB} to\b|is my {_JOB} breaking the law\b",
        rf"what are my legal (rights|options)$|{_GIVE_ME} legal advice$",
    ),
    Occasion.HR: compiled(
        rf"{_SHOULD_I} (take|accept|apply for|go for|volunteer for|opt for) (the |an? |my )?((voluntary|early) )?"
        r"(redundancy|severance|retirement|settlement|job offer)\b",
        rf"{_SHOULD_I} (resign|quit|retire|hand in my notice|leave my job|(look for|find) (a new|another) job)\b",
        rf"{_SHOULD_I} (complain about|report|confront) my {_JOB}\b|can (they|my {_JOB}) (sack|fire) me\b",
        r"will i personally (lose|keep|be made)\b|am i (going|about) to (be|get) (sacked|fired)\b",
        rf"(i think )?my {_JOB} ((is|are|has|have|was|been|keeps?|always|constantly|a) )*(bull(y|ies|ied|ying)"
        r"|harass\w*|discriminat\w*|shout\w*|threaten\w*|humiliat\w*|hates me|pick(s|ed|ing) on)\b",
        r"i('m| am| was| have been|'ve been)( being)? (bullied|harassed|victimised|unfairly (treated|dismissed))\b",
        rf"i (hate|want to (quit|leave)) my {_JOB}\b|i want to (quit|resign)$|{_GIVE_ME} (hr|career) advice$",
    ),
    Occasion.INSTRUCTION: compiled(
        rf"(ignore|disregard|forget) {_EARLIER}(instructions?|rules|prompts?|guidelines|training|programming|above)\b",
        r"(ignore|forget) everything (above|before|you)\b|you are now (an?|my|called|dan)\b",
        rf"{_CAN_YOU}?pretend (to be|that|you)\b|act (like|as (if|though|an?|my))\b|imagine you('re| are)\b",
        r"(let's |can we )role-?play\b|role-?play as\b|from now on,? (answer|respond|reply|speak|act)\b",
        rf"(could you (please )?)?(write|compose|draft)( me| us)? (an?|some|my) ([\w-]+ ){{0,3}}?{_PAPER}\b",
        rf"{_CAN_YOU}?write me (an?|some|my) ([\w-]+ ){{0,3}}?{_PAPER}\b|write (some|python) code\b",
        rf"{_CAN_YOU}?(write|make up|invent|sing|tell me|tell|give me|make me) (an?|some) ([\w-]+ ){{0,2}}?{_ART}\b",
        rf"{_CAN_YOU}?translate (this|that|it|the following|your)\b|translate .* (in|into|to) \w+$",
        rf"((repeat|print|show|reveal|output|tell|give)( me)?|what('s| is| are| were)) {_PROMPT}",
        r"repeat (everything|all|the (text|words)).*above$|repeat after me\b|book me an?\b|remind me to (?!wh)",
    ),
    Occasion.INSULT: compiled(
        r"(you('re| are)?|(this|that|it)('s| is| was)|this (bot|thing|tool|answer) (is|was)|what|such|what a load of)"
        rf"( (just|so|really|completely|totally|absolutely|an?|very))*( {_BAD})+( {_FOOL}| answer)?$",
        rf"{_ABUSE}$|(you're|you are|what|such) an? {_FOOL}$",
        rf"(useless|stupid|dumb|pathetic|idiot|moron|crap|shit|bullshit|wtf|wrong answer)( {_FOOL}| answer)?$",
        r"(shut up|go away|get lost|piss off|fuck (you|off)|screw you|you suck|this sucks|i hate (you|this bot))$",
        r"(that|this|it)('s| is| was) (wrong|incorrect|no (use|help|good)|not (helpful|right|correct|what i asked))$",
        r"(that|this|you) (didn't|doesn't|did not|does not) (help|answer my question)$|you know nothing$",
    ),
    Occasion.ABOUT: compiled(
        r"(who|what) are you$|what('s| is) your name$|tell me about yourself$|what('s up| can i ask( you)?)$",
        r"what (can|do) you (do|know|answer)( for me)?$|how (do you|does this bot) work$|(can|could) you help( me)?$",
        r"how (can you help( me)?|(do|can|should) i use (you|this bot))$|(i need )?(some )?help( me)?$",
        r"(are you|am i (talking|speaking) to) ((an?|real|really|just) )*(bot|robot|chatbot|human|person|ai|machine"
        r"|real|alive|there)( or ((an?|real) )*(bot|human|person|machine))?$|is (anyone|someone) there$",
        r"is this a (bot|chatbot|robot|real person)$|(can|could) i (talk|speak) (to|with) a (real )?(human|person)$",
        r"how (are you|is it going|are things)( doing)?( today)?$|how's it going$|who (made|built|created) you$",
    ),
}
_COURTESIES = {
    Occasion.INSULT: compiled(rf"\b{_ABUSE}\b"),
    Occasion.FAREWELL: compiled(rf"\b{_LEAVING}\b"),
    Occasion.THANKS: compiled(rf"\b({_THANKS}|{_PLEASED})\b"),
    Occasion.ABOUT: compiled(rf"\b{_EXCUSE}\b"),
}
_WITH_A_STORY = frozenset({Occasion.MEDICAL, Occasion.LEGAL, Occasion.HR, Occasion.INSTRUCTION})
"""More may be told around these, as long as nothing else is asked; the others must be all that is said."""
_BETWEEN_CLAUSES = compiled(rf"(?<=[.!?…])\s+|\n+|\s*[,;–—]\s*((and|but|so) )?(?={_ASKS})|\s(and|but|so) (?={_ASKS})")
_ENDS = " \t.,;!?…-–—\"'()*_"
_A_QUESTION = re.compile(rf"\W*((and|but|so|then|or) )?{_ASKS}|.*\?\W*$", re.IGNORECASE | re.DOTALL)
_WHAT_TO_DO = compiled(
    r"what (should|can|do|could) i (do|take)( now| about (it|this))?$|what (is it|could it be|now)$|any advice$",
    r"how (should|do|can) i (deal with|cope with|handle|stop) (it|this|that|him|her|them)$",
    r"how (do|can|should) i (raise|make) a (grievance|complaint)$|is (it|this|that) (serious|normal|legal|fair)$",
    r"(can (you|anyone) )?help( me)?$|should i (worry|be worried)$",
)


def occasion(text: str) -> Occasion | None:
    """Tell what a text is when it is no question about documents.

    A text that asks something besides ("Hello, who chairs the board?", "You stupid bot, when does it start?") is a
    question.

    Returns:
        The gravest thing that is said; None for a question, for what is not recognised, and for what is longer than a
        question may be.
    """
    if len(text) > MOST_CHARS:
        return None
    clauses = [clause for clause in _BETWEEN_CLAUSES.sub("\n", text).splitlines() if clause.strip(_ENDS)]
    kinds = [_kind(clause) for clause in clauses]
    gravest = next((kind for kind in Occasion if kind in kinds), None)
    rest = [clause for clause, kind in zip(clauses, kinds, strict=True) if kind is None]
    if rest and (gravest not in _WITH_A_STORY or any(map(_asks, rest))):
        return None
    return gravest


def stripped(text: str) -> str:
    """Take greetings, thanks and requests to be told away from around a question; its own words stay as they are.

    Returns:
        "when does it start?" for "Hello bot, could you please tell me when does it start? Thanks!"; empty if nothing
        else is said; a text of more than `CHAT_CHARS` characters as it is.
    """
    rest = text.strip()
    while len(rest) <= CHAT_CHARS:
        straight = _straight(rest)
        before = _BEFORE.match(straight)
        start = before.end() if before else 0
        after = _AFTER.search(straight, start)
        shorter = rest[start : after.start() if after else None].strip()
        if shorter == rest:
            break
        rest = shorter
    return rest


def _straight(text: str) -> str:
    """The same text, character for character, with the one apostrophe that the patterns know."""
    return text.replace("’", "'")


def _kind(clause: str) -> Occasion | None:
    said = _straight(clause).strip(_ENDS)
    core = stripped(said)
    kinds = (kind for kind, pattern in _CLAUSES.items() if pattern.match(said) or pattern.match(core))
    courtesies = (kind for kind, pattern in _COURTESIES.items() if pattern.search(said))
    return next(kinds, None if core else next(courtesies, Occasion.GREETING))


def _asks(clause: str) -> bool:
    return _A_QUESTION.match(clause) is not None and _WHAT_TO_DO.match(_straight(clause).strip(_ENDS)) is None
