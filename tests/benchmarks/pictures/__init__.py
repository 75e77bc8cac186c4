"""Pictures of what people see in Slack, drawn from the blocks that the bot really sends.

`frames.page` is a pure function from a message, a modal or a Home tab to a page of HTML; `scenes.SCENES` lists what is
shown; `camera` photographs a page with Chromium. Nothing in a page is fetched, run or clickable.
"""
